"""The slow proof: a real till process, a simulated terminal, and every fault at every message."""
