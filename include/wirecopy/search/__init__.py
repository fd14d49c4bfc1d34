"""The search language and its answers."""
