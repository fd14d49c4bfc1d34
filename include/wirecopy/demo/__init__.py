"""A small newsroom on loopback, every text our own: the demo and the fixture of the end-to-end tests."""
