"""The rules of units, their import, members and the search for names; pure, without database or clock."""
