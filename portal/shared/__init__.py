"""What the pages of several capabilities use."""
