"""Comments: a thread on a record, seen by exactly whoever may see the record now."""
