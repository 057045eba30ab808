"""A fleet's server on free loopback ports, and tills that enrol there as real ones do."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from appliance.fleet import serve, site
from appliance.fleet.authority import enrolment, services
from appliance.telemetry import enrolment as joining
from appliance.wire.enrolment import Granted, Hardware
from appliance.wire.topics import Place
from hw_sim import needs
from hw_sim.broker import free_port
from hw_sim.small_collector import Collector

NUMBERS = count(1)
"""Two tills of a shop never have the same."""


@dataclass(frozen=True, slots=True)
class Member:
    """A till that enrolled: its place, and the folder of its key and certificate."""

    place: Place
    folder: Path


def options(folder: Path, host: str = "localhost") -> site.Options:
    """Of a server with a broker of its own, which must be there. host: what tills call this machine."""
    needs.program("mosquitto", package="mosquitto")
    return site.Options(
        folder,
        address="127.0.0.1",
        host=host,
        port=free_port(),
        broker_port=free_port(),
        service_port=free_port(),
    )


@contextmanager
def served(folder: Path, *, whole: bool = False, host: str = "localhost") -> Iterator[site.Site]:
    """Without its collector, unless whole: a test has one of its own, which shows what it heard."""
    parts = [it for it in serve.PARTS if whole or it is not serve.collector]
    with serve.serving(options(folder, host), lambda _text: None, parts) as made:
        yield made


def enrolled(fleet: site.Site, folder: Path, shop: str = "shop-1") -> Member:
    """folder: where its papers will lie."""
    tokens = enrolment.tokens(fleet.desk, shop, 1, 1, "olena")
    assert isinstance(tokens, list), tokens
    number = next(NUMBERS)
    hardware = Hardware(secrets.token_hex(8), "Pi")
    asks = joining.Applicant(folder, f"till-{number}", number, hardware, "0.1.0")
    granted = joining.with_token(asks, fleet.public.url, tokens[0])
    assert isinstance(granted, Granted), granted
    return Member(Place(granted.tenant, granted.shop, granted.uid), folder)


def collector(fleet: site.Site) -> Collector:
    """A small one, with the certificate of the fleet's own."""
    own = fleet.identity(services.COLLECTOR)
    return Collector(fleet.broker[1], tls=(own.trust, own.chain, own.key))
