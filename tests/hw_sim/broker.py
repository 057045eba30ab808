"""A real mosquitto on a free loopback port: started, stopped, killed, and started again there."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from hw_sim import needs
from hw_sim.x_display import with_parent

START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 5.0
OPEN = ("allow_anonymous true", "max_packet_size 2000000")
"""What a broker that nobody configured does in a test: everybody may do everything."""


class BrokerFailed(RuntimeError):
    """mosquitto did not start; the text is what it said."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Broker:
    """lines: of mosquitto.conf, besides the listener on the port. `with` starts and stops it."""

    def __init__(self, folder: Path, lines: Sequence[str] = OPEN, port: int = 0) -> None:
        self.port = port or free_port()
        self.log = folder / f"mosquitto-{self.port}.log"
        self.configuration = folder / f"mosquitto-{self.port}.conf"
        self._lines = tuple(lines)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        secure = any(line.split()[:1] == ["certfile"] for line in self._lines)
        return f"{'mqtts' if secure else 'mqtt'}://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Returns once it takes connections."""
        assert self._process is None, "it runs already"
        mosquitto = needs.program("mosquitto", package="mosquitto")
        # As root it would give up its rights and could not read the test's files.
        user = ["user root"] if os.geteuid() == 0 else []
        head = [f"listener {self.port} 127.0.0.1", *user, "log_dest stderr", "log_type all"]
        self.configuration.write_text("\n".join([*head, *self._lines]) + "\n")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*with_parent(), mosquitto, "-c", str(self.configuration)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + START_TIMEOUT_S
        while self._process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.02)
        self.kill()
        raise BrokerFailed(self.log.read_text(errors="replace")[-2000:])

    def stop(self) -> None:
        """In order: it says good-bye to whoever is connected."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def kill(self) -> None:
        """SIGKILL: what it held is gone."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def reload(self) -> None:
        """SIGHUP: it reads lists of revoked certificates and access rules again."""
        assert self._process is not None
        self._process.send_signal(1)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def secured(authority: Path, certificate: Path, key: Path, *more: str) -> tuple[str, ...]:
    """The lines of a broker that asks each till for its certificate and lets it write its own
    topics alone. The access list is written beside the certificate."""
    access = certificate.with_name("access.acl")
    rights = ["pattern write pos/v1/+/+/%u/up/#", "pattern read pos/v1/+/+/%u/down/#"]
    rights += ["pattern read pos/v1/+/+/_shop/down/#", "user collector", "topic readwrite #"]
    access.write_text("\n".join(rights) + "\n")
    access.chmod(0o600)
    return (
        f"cafile {authority}",
        f"certfile {certificate}",
        f"keyfile {key}",
        "require_certificate true",
        "use_identity_as_username true",
        f"acl_file {access}",
        "max_packet_size 2000000",
        *more,
    )
