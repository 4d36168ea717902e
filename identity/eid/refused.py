"""Why a sign-in is refused: a code for the person's page, and a reason for the operator's audit.

What the provider wrote is in neither: its text could carry anything.
"""


class SignInRefused(Exception):
    """`code` names the page that the person sees; `reason` goes to the audit."""

    code = "not-verified"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EidUnavailable(SignInRefused):
    """The provider cannot be reached or answers nonsense."""

    code = "eid-unavailable"


class EidSilent(EidUnavailable):
    """Nothing came back in time, or only that the provider is out of order."""


class AttemptUnknown(SignInRefused):
    """The callback belongs to no attempt of this browser, or to one that was used or is too old."""

    code = "attempt-expired"


class Cancelled(SignInRefused):
    code = "cancelled"


class RefusedByProvider(SignInRefused):
    code = "refused-by-eid"


class NotVerified(SignInRefused):
    """Something that the provider must prove is not proven."""


class LevelUnsaid(SignInRefused):
    """The provider said nothing about the level, or nothing that the profile's map knows."""

    code = "level-unsaid"


class LevelTooLow(SignInRefused):
    code = "level-too-low"
