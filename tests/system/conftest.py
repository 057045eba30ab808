"""A system helper on a real socket: its machine is a scratch folder, its programs are small scripts."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from appliance.system import ask
from appliance.system.helper import Helper
from appliance.system.machine import PROGRAMS, Machine
from appliance.system.order import Order
from appliance.system.orders import orders
from appliance.system.wifi import Wifi


@dataclass(slots=True)
class Bench:
    """The machine, what its programs were told, and who the callers are taken for.

    wifi: its link; the kernel of whoever runs the test is asked for that link's addresses."""

    root: Path
    path: Path
    user: str = "kram"
    wifi: str = "wlan0"
    programs: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def machine(self) -> Machine:
        return Machine(self.root, self.programs)

    @property
    def told(self) -> list[str]:
        """Program and arguments, a line a call."""
        log = self.root / "told"
        return log.read_text().splitlines() if log.exists() else []

    def program(self, name: str, script: str = "") -> None:
        """From now on `name` is this script, after it has noted its call."""
        file = self.root / f"program-{name}"
        file.write_text(f'#!/bin/sh\necho {name} "$@" >>{self.root}/told\n{script}\n')
        file.chmod(0o755)
        self.programs[name] = (str(file),)

    def file(self, path: str, text: str = "") -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def ask(self, **order: Any) -> dict[str, Any]:
        return ask(order, path=self.path, timeout_s=20)

    def wire(self) -> socket.socket:
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        wire.settimeout(20)
        wire.connect(str(self.path))
        return wire


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "root").mkdir()
    made = Bench(tmp_path / "root", tmp_path / "socket")
    for name in PROGRAMS:
        made.program(name)
    return made


Serve = Callable[..., Helper]


@pytest.fixture
def serve(bench: Bench) -> Iterator[Serve]:
    """Starts the helper, with the real table or another."""
    running: list[tuple[Helper, threading.Thread, socket.socket]] = []

    def start(table: Mapping[str, Order] | None = None, **limits: float) -> Helper:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(bench.path))
        listener.listen(16)
        if table is None:
            table = orders(bench.machine, Wifi(bench.machine, bench.wifi, join_s=1.0, scan_s=1.0))
        helper = Helper(listener, table, name_of=lambda _: bench.user, **limits)
        thread = threading.Thread(target=helper.serve)
        thread.start()
        running.append((helper, thread, listener))
        return helper

    yield start
    for helper, thread, listener in running:
        helper.stop()
        thread.join(5)
        assert not thread.is_alive()
        listener.close()
