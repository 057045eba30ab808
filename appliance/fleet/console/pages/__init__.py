"""The console's pages: a module and a template each, all of them in `table.py`."""
