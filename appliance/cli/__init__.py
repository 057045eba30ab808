"""The `till` command."""
