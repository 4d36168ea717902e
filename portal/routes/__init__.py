"""The portal's addresses, by noun."""
