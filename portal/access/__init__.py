"""Grants: given, accepted, changed, handed over, and asked about."""
