"""What comes in and goes out over HTTP, a file for each noun."""
