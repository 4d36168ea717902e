"""The events that notifications hears; it tells none."""

GRANT_GIVEN = "grant.given"
GRANT_BOUND = "grant.bound"
GRANT_ENDED = "grant.ended"
CONGRESS_SUBMITTED = "congress.submitted"
CONGRESS_RETURNED = "congress.returned"
CONGRESS_APPROVED = "congress.approved"
CONGRESS_DEADLINE_NEAR = "congress.deadline_near"
UNITS_CHANGED = "units.changed"

# What makes a matter to tell somebody.
MATTERS = (
    GRANT_GIVEN,
    GRANT_BOUND,
    GRANT_ENDED,
    CONGRESS_SUBMITTED,
    CONGRESS_RETURNED,
    CONGRESS_APPROVED,
    CONGRESS_DEADLINE_NEAR,
)
HEARD = (UNITS_CHANGED, *MATTERS)
TOLD: tuple[str, ...] = ()
