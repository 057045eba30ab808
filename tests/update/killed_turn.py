"""One turn of the updater in a process of its own, which is killed at the n-th thing that it does.

python -m update.killed_turn FOLDER BOOTED N      BOOTED: JSON of its fields; exit 0 when it outlived that
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance import whole_files
from appliance.local_client import ask
from appliance.system.client import ask as order
from appliance.update.booted import Booted
from appliance.update.updater import Files, Updater


class Killer:
    """Before and after each thing that it watches is a point to be killed at."""

    def __init__(self, left: int) -> None:
        self.left = left

    def point(self) -> None:
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1

    def watched(self, deed: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **named: Any) -> Any:
            self.point()
            answer = deed(*given, **named)
            self.point()
            return answer

        return watched


def files(folder: Path) -> Files:
    return Files(
        folder / "update" / "update.json",
        folder / "health" / "health.json",
        folder / "release-roots",
        folder / "update" / "ca.crt",
    )


def main(folder: Path, booted: Booted, point: int) -> None:
    killer = Killer(point)
    whole_files.write = killer.watched(whole_files.write)
    whole_files._sync = killer.watched(whole_files._sync)
    Path.replace = killer.watched(Path.replace)  # type: ignore[method-assign]

    def system(request: Any, timeout_s: float) -> Any:
        return order(request, path=folder / "helper", timeout_s=timeout_s)

    def till(request: Any) -> Any:
        return ask(folder / "till.sock", request)

    Updater(booted, till, killer.watched(system), files(folder)).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Booted(*json.loads(sys.argv[2])), int(sys.argv[3]))
