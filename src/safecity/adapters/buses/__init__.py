"""Buses: how facts travel from the journal to those who listen."""
