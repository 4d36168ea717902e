"""Taking tables along: at once where they are small, by a job where they are large, to whoever may, now."""
