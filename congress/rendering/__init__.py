"""What congress's values look like in files that are taken along."""
