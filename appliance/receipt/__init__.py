"""A receipt's layout and its renderings: text, PNG, PDF, HTML and ESC/POS."""
