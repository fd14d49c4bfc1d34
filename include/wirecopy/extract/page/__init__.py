"""A response to the tree that everything is read from."""
