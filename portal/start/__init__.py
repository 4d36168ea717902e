"""The first page: what waits for the reader, and what they have been told."""
