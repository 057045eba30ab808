"""The shop's items: import, export, lookup by code and search by name."""
