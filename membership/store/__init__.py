"""Units, members and imports as documents: the only part of membership that knows the database."""
