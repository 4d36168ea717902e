"""The command-line tool: starts the whole house on one machine, and does the operator's work on it."""
