"""Benchmarks: each row ours, a limit or a peer, and their ratio, measured in one run."""
