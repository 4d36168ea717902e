"""Bytes on their way in, resumable or by a form; never held as a whole."""
