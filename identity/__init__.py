"""Who is calling: sign-in with a national eID, accounts, sessions, grants, roles and the tokens made of them."""
