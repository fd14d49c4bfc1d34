"""Wirecopy follows a news story through every outlet that prints it."""

__all__ = ["__version__"]
__version__ = "0.1.0"
