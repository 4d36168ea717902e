"""Identity's addresses, by noun."""
