"""The association's figures: the page, its words, its files."""
