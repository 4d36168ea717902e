"""One congress: its steps, its results, its report."""
