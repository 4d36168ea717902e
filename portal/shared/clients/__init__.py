"""The services, as the portal asks them: a class each."""
