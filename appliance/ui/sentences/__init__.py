"""Sentences by subject, each a module with REFUSALS and NOTICES; `words.py` gathers them."""
