"""Threads on records, whichever capability shows the record."""
