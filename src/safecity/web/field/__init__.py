"""The officer's phone."""
