"""Pages in other languages, walked in a house in which nobody has typed anything."""
