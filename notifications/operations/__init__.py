"""What notifications does, a sentence each; rules are in domain, documents in store."""
