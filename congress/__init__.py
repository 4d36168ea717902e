"""Owns plans, congresses, their progress and results, and the roll-ups that answer for every unit."""
