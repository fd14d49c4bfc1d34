"""Lines of a text that are no part of the article."""
