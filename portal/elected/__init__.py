"""Elected people: the committee, the standing committee, offices and delegates of a congress, by name."""
