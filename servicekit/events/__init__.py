"""Events between services: the relay that moves them, the inbox that takes them."""
