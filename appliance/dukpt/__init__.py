"""DUKPT: a key of its own for every transaction of a PIN pad (ANSI X9.24). Pure."""
