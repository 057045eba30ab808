"""The first run of a till that nobody has set up: what only the shop knows is asked on its screen, and
becomes its settings file."""
