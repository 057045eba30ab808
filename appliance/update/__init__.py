"""The till's side of updates of its whole system software ([its page](docs/updates.md))."""
