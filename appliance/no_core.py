"""A till that crashes leaves no picture of its memory: what a terminal said on the wire was in it.

Drivers drop card data before anything else sees it, but freed memory keeps its bytes until they are
written over. So no core file is ever written, whatever the system's limits are.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource

_PR_SET_DUMPABLE = 4

log = logging.getLogger(__name__)


def forbid_core() -> None:
    """For the process, until it ends; a crash still ends it, and the log says where."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        log.warning("the till may be dumped: %s", os.strerror(ctypes.get_errno()))
