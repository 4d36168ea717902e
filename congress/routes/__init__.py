"""Congress's addresses, by noun."""
