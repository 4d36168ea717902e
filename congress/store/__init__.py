"""Plans, congresses, roll-ups, units and reminders as documents: the only part that knows the database."""
