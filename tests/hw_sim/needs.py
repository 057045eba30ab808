"""Programs that a simulated counter or fleet starts, and what to say where one is not installed."""

from __future__ import annotations

import os
import shutil

# Debian keeps servers where a person's PATH may not look.
SERVERS = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin"


class NotInstalled(RuntimeError):
    """The sentence names the package. A test that hears it is skipped."""


def program(*names: str, package: str) -> str:
    """Where the first of these is that there is. Raises NotInstalled."""
    for name in names:
        if found := shutil.which(name, path=SERVERS):
            return found
    raise NotInstalled(f"needs the Debian package {package}: make setup")
