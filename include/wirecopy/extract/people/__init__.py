"""Who is named: headline, authors, agency, and the names of the site."""
