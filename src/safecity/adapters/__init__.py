"""The outside: one folder a kind of port. Only app.py imports from here."""
