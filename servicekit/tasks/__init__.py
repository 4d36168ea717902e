"""What waits for the caller: each service answers it in one shape (servicekit.calendar.waiting)."""
