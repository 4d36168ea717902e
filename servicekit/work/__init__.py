"""Work beside requests: leases, the clock, migrations."""
