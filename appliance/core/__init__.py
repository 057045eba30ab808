"""The functional core: what a till decides, without I/O, clock, randomness or threads."""
