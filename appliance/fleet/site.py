"""What every part of a fleet's server is given: where things are, and who may sign."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from appliance import whole_files
from appliance.fleet import broker_config
from appliance.fleet.authority import ca, services, signing
from appliance.fleet.authority.services import Identity
from appliance.fleet.authority.signing import Signer

PORT = 8443
PUBLIC = "public.json"
FIRST_CELL = "1"


@dataclass(frozen=True, slots=True)
class Options:
    """What was said to `till fleet serve`.

    database: a postgresql:// URL, "" for SQLite in the folder. address: where it listens, "" is
    everywhere. host: the name that tills reach it by. broker: the mqtts:// URL of one that is there
    already, "" for its own.
    """

    folder: Path
    database: str = ""
    address: str = ""
    host: str = ""
    port: int = PORT
    broker: str = ""
    broker_port: int = broker_config.PORT
    service_port: int = broker_config.SERVICE_PORT
    tenant: str = "kram"


@dataclass(frozen=True, slots=True)
class Public:
    """How tills reach the fleet. cells: the broker URLs of each cell, the preferred one first."""

    url: str
    tenant: str
    cells: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def brokers(self, cell: str) -> tuple[str, ...]:
        return tuple(self.cells.get(cell) or self.cells.get(FIRST_CELL) or ())


@dataclass(frozen=True, slots=True)
class Site:
    """A fleet's server, opened: its keys are there and fit."""

    options: Options
    authority: ca.Authority
    signer: Signer
    public: Public

    @property
    def folder(self) -> Path:
        return self.options.folder

    @property
    def broker(self) -> tuple[str, int]:
        """Host and port that the fleet's own services connect to."""
        if self.options.broker:
            url = urlsplit(self.options.broker)
            return url.hostname or "localhost", url.port or broker_config.PORT
        return "127.0.0.1", self.options.service_port

    def identity(self, name: str) -> Identity:
        """The certificate of one of the fleet's own clients, such as services.COLLECTOR."""
        folder = self.folder / "tls" / name.strip("_")
        return services.identity(folder, self.authority, name, (), now())


def open_site(options: Options) -> Site:
    """Makes what is missing: the authority, the signing key. Raises AuthorityError, OSError."""
    folder = options.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = ca.load_or_make(folder / "authority", options.tenant, now())
    signer = signing.load_or_make(folder, now_ms())
    return Site(options, authority, signer, _published(options))


def public(folder: Path) -> Public:
    """What the server last said of itself. Raises OSError before its first start."""
    found = json.loads((folder / PUBLIC).read_bytes())
    return Public(found["url"], found["tenant"], found["cells"])


def publish(folder: Path, told: Public) -> None:
    content = {"url": told.url, "tenant": told.tenant, "cells": dict(told.cells)}
    whole_files.write(folder / PUBLIC, json.dumps(content, indent=1).encode() + b"\n")


def _published(options: Options) -> Public:
    """Written down, so that `till fleet token` knows it; further cells that were named stay."""
    host = options.host or socket.gethostname()
    broker = options.broker or f"mqtts://{host}:{options.broker_port}"
    try:
        cells = public(options.folder).cells
    except OSError:
        cells = {}
    told = Public(
        f"https://{host}:{options.port}", options.tenant, {**cells, FIRST_CELL: (broker,)}
    )
    publish(options.folder, told)
    return told


def hosts(options: Options) -> tuple[str, ...]:
    """The names in the server's certificates: the one given, this machine's, the loopback's."""
    named = [options.host, socket.gethostname(), _address(), "localhost", "127.0.0.1", "::1"]
    return tuple(dict.fromkeys(it for it in named if it))


def _address() -> str:
    """This machine's address on its network, "" without one; asking for the way sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        try:
            wire.connect(("192.0.2.1", 9))  # RFC 5737: nobody's
        except OSError:
            return ""
        return str(wire.getsockname()[0])


def now() -> datetime:
    return datetime.now(UTC)


def now_ms() -> int:
    return time.time_ns() // 1_000_000
