"""Tables that somebody pastes into a form, or has read into it from a file."""
