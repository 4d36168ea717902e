"""Difficulties: raised, followed on their way, answered."""
