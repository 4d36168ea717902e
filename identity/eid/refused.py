"""Why a sign-in is refused: a code for the person's page, and a reason for the operator's audit.

What the provider wrote is in neither: its text could carry anything.
"""


class SignInRefused(Exception):
    """`code` names the page that the person sees; `reason` goes to the audit.

    `reference` stands on both, so that whoever is asked for help finds the one by the other. `told`: numbers that the
    page names. `ticket`: by which this browser may ask a unit for access.
    """

    code = "not-verified"
    # Whether whoever the eID has proven may ask a unit for access.
    may_ask = False

    def __init__(self, reason: str, **told: int | str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.told = told
        self.reference = ""
        self.ticket = ""


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
    """`had` and `needed` are levels of our ladder; without `had` the provider offers nothing high enough."""

    code = "level-too-low"


class ProviderUnknown(SignInRefused):
    """An address of an eID that is not configured, or not any more."""

    code = "eid-unknown"
