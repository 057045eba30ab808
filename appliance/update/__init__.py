"""The till's side of updates of its whole system software: docs/updates.md."""
