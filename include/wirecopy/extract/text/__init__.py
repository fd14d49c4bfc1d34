"""An article's text in its page, as blocks."""
