"""Queues of things that wait for a decision, whichever capability decides them."""
