"""The relying party: OpenID Connect with national eIDs, one core and a profile as data per provider."""
