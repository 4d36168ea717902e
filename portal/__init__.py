"""The pages for people: rendered here, fed by the services, kept nowhere."""
