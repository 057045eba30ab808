"""What the machine tells of itself in files: power, heat, memory card, the system that was booted.

Nothing here needs root, and everything answers None, or nothing, on a machine that has no such thing.
"""
