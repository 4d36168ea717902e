"""What goes out to others: peers, spreadsheets, addresses."""
