"""A service that lives for one test: added by the steps of CONTRIBUTING.md, started, and thrown away."""
