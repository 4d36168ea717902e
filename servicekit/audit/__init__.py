"""The audit: its chain, the search in it, its pages."""
