"""What somebody means who types the name or the code of a unit."""
