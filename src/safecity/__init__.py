"""Safe City: an open platform on which a city runs its public safety."""

__version__ = "0.1.0"
