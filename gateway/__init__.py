"""The only door from outside: route table, session to token, limits; no business rule, no store of records."""
