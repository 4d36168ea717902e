"""Plans of congresses and their progress."""
