"""Fetching: the HTTP client, the guard, robots.txt, politeness."""
