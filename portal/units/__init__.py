"""Units: found by name, each in its place, and moved."""
