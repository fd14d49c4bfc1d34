"""Linking copies into stories."""
