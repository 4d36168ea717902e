"""Who may do what: the decision, tokens, keys, the second person."""
