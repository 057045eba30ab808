"""Runs one command from a small process, and prints its own peak memory in KiB.

What `wait4` tells begins before exec: a child starts with the peak of whoever started it. So a large
bench does not start what it measures; this script does, with some 10 MB of its own.
"""

import os
import sys

# What the command prints goes beside the figure, not into it.
OUT_TO_ERR = [(os.POSIX_SPAWN_DUP2, 2, 1)]

if __name__ == "__main__":
    child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=OUT_TO_ERR)
    _, status, used = os.wait4(child, 0)
    print(used.ru_maxrss)
    sys.exit(os.waitstatus_to_exitcode(status) and 1)
