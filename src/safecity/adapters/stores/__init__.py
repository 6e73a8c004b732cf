"""Stores on disk: rows in SQLite, whole files in a folder."""
