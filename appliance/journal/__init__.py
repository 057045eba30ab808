"""The store of facts: append, chain, verify, replay, projections, backup."""
