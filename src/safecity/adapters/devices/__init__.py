"""Devices of the city: one file or folder for each kind of wire to a camera."""
