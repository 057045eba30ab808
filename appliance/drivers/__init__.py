"""One module per device category and wire, each behind its category's protocol."""
