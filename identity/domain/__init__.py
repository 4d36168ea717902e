"""The rules of access: roles, grants and sessions, as pure functions over frozen values."""
