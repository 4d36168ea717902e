"""One module a command: what the operator types, checked and handed to the service that does it."""
