"""The members of a unit."""
