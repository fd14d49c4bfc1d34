"""Feeds: bytes to entries (pure), and when to poll next."""
