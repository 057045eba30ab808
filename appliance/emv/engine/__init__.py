"""A payment with a chip card, step by step, without a wire: commands out, answers in.

This is no certified kernel. It serves cards of the shop's own, test cards and diagnosis.
"""
