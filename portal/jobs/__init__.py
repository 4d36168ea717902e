"""What the house does beside requests: what failed, and what is done about it."""
