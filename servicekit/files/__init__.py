"""Files that hang on records: received in pieces, checked, sealed, served to whoever may read the record."""
