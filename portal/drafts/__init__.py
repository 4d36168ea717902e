"""What somebody is writing, kept until it is sent."""
