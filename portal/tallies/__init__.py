"""Tallies of elections: who stands, what was counted three times, who is elected and why."""
