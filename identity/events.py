"""The events that identity tells: names and what they carry."""

GRANT_GIVEN = "grant.given"
GRANT_BOUND = "grant.bound"
GRANT_ENDED = "grant.ended"

TOLD = (GRANT_GIVEN, GRANT_BOUND, GRANT_ENDED)
HEARD = ("units.changed", "congress.approved")
