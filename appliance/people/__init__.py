"""People: who works here and who buys here, in a file beside the journal that can forget."""
