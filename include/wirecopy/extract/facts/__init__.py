"""What a page states about its article: dates, access, and the data in its head."""
