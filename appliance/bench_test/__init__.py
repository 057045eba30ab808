"""The bench test of a finished till: every device once, by itself or by a person's eyes, and a signed
result."""
