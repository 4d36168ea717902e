"""While the eID is down: officials, windows, sealed codes."""
