"""Files that are asked for."""
