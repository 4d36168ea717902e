"""What is kept: the database, records with what goes out with them, sealed fields."""
