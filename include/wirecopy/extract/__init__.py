"""Reading an article out of a page."""
