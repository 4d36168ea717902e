"""Sealed reports of a unit: asked for, listed, and taken along to be checked by anybody."""
