"""Files of figures that are asked for."""
