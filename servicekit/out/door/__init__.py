"""The one door out: whoever an address comes from, what is sent there passes here (docs/decisions/0046)."""
