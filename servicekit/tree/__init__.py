"""The tree of units as the services know it."""
