"""How requests are taken: workers, budgets, bounds, and what is answered when it fails."""
