"""Why nothing came of it.

OutsideFailed
  NotAllowed       nothing was sent: not there, or not from here
  OutsideSilent    no whole answer in time
  AnswerTooLarge   more than was asked for

The reasons are ours: what somebody outside wrote is in none of them.
"""


class OutsideFailed(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAllowed(OutsideFailed):
    pass


class OutsideSilent(OutsideFailed):
    pass


class AnswerTooLarge(OutsideFailed):
    pass
