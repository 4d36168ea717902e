"""A mail catcher for practice and tests: takes every message over SMTP, delivers none, shows them."""
