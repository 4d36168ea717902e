"""The API of membership under /api/membership."""
