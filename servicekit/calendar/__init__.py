"""Days on which people work, and what is due when: pure, but for the lists that are read at start."""
