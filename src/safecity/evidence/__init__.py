"""A room under construction."""
