"""Technical parts every service is built from; it knows no service and no record of theirs."""
