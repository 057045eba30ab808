"""The simulated shop counter: every device at its wire, for tests and for people."""
