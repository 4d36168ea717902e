"""A small OpenID provider with sample citizens for practice, demonstration and tests; never for production."""
