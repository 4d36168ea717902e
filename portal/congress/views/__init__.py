"""What the pages show, made of what the services answer."""
