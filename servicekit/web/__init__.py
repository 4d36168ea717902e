"""The web side of a service: its factory, guards, preconditions, published document."""
