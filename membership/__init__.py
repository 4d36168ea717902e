"""Who belongs where: the organisation's units and levels, and its members."""
