"""Parades: on which day a unit walks, and why."""
