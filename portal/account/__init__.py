"""Signing in, and the reader's own account."""
