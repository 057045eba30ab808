"""The real mosquitto under the fleet's configuration: who may connect, and who may say what."""

import os
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from appliance import whole_files
from appliance.fleet import broker_config, clock, serve, site
from appliance.fleet.authority import ca, enrolment, services
from appliance.own_broker import OwnBroker
from appliance.telemetry import enrolment as joining
from appliance.telemetry import membership
from appliance.wire import limits
from appliance.wire.enrolment import Granted, Hardware, Refused
from fleet.mqtt_client import WAIT_S, Client
from fleet.test_serve import unsaid
from hw_sim.broker import free_port
from hw_sim.fleet_member import options

TAKEN = ("Success", "No matching subscribers")
"""What the broker answers to what it lets pass, heard by somebody or nobody."""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory) -> Iterator[site.Site]:
    with serve.serving(options(tmp_path_factory.mktemp("fleet")), unsaid) as served:
        yield served


class Till:
    """One that enrolled over HTTPS with a token."""

    def __init__(self, fleet: site.Site, folder: Path, number: int) -> None:
        self.folder = folder / f"till-{number}" / "fleet"
        made = enrolment.tokens(fleet.desk, "shop-1", 1, 1, "olena")
        assert isinstance(made, list)
        hardware = Hardware(secrets.token_hex(8), "Pi")
        asks = joining.Applicant(self.folder, f"till-{number}", number, hardware, "0.1.0")
        granted = joining.with_token(asks, fleet.public.url, made[0])
        assert isinstance(granted, Granted), granted
        self.uid = granted.uid
        self.up = f"pos/v1/kram/shop-1/{self.uid}/up"
        self.down = f"pos/v1/kram/shop-1/{self.uid}/down"
        self._port = fleet.options.broker_port

    def connect(self, chain: Path | None = None) -> Client:
        chain = chain or self.folder / membership.CERTIFICATE
        trust, key = self.folder / membership.ROOT, self.folder / membership.KEY
        return Client(self._port, trust, chain, key)


@pytest.fixture
def tills(fleet: site.Site, tmp_path: Path) -> Iterator[tuple[Till, Till]]:
    both = Till(fleet, tmp_path, 1), Till(fleet, tmp_path, 2)
    yield both
    for it in both:
        fleet.registry.retire(it.uid, "test")


def service(fleet: site.Site, name: str) -> Client:
    it = fleet.identity(name)
    return Client(fleet.broker[1], it.trust, it.chain, it.key)


def test_a_till_speaks_on_its_own_topics_and_the_collector_answers(
    fleet: site.Site, tills: tuple[Till, Till]
) -> None:
    till, _ = tills
    with till.connect() as wire, service(fleet, services.COLLECTOR) as collector:
        assert collector.subscribe("$share/col/pos/v1/+/+/+/up/ev") == "Granted QoS 1"
        assert wire.subscribe(f"{till.down}/ack") == "Granted QoS 1"
        assert wire.publish(f"{till.up}/ev", b"facts") in TAKEN
        assert collector.heard.get(timeout=WAIT_S) == (f"{till.up}/ev", b"facts")
        assert collector.publish(f"{till.down}/ack", b"upto") in TAKEN
        assert wire.heard.get(timeout=WAIT_S) == (f"{till.down}/ack", b"upto")


def test_a_till_neither_speaks_nor_hears_as_another(
    fleet: site.Site, tills: tuple[Till, Till]
) -> None:
    till, other = tills
    with till.connect() as wire, service(fleet, services.COLLECTOR) as collector:
        assert wire.publish(f"{other.up}/ev") == "Not authorized"
        assert wire.publish(f"{till.down}/ack") == "Not authorized"
        assert wire.publish("pos/v1/_srv/1/state") == "Not authorized"
        assert wire.publish("$SYS/broker/version") == "Not authorized"
        wire.subscribe("#")
        collector.publish(f"{other.down}/cmd/1", b"not for you")
        collector.publish(f"{till.down}/cmd/1", b"for you")
        assert wire.heard.get(timeout=WAIT_S) == (f"{till.down}/cmd/1", b"for you")


def test_a_till_cannot_take_over_the_session_of_another(tills: tuple[Till, Till]) -> None:
    """All clients of these tests choose the same client id; the broker gives them their uid."""
    till, other = tills
    with till.connect() as first, other.connect() as second:
        assert first.publish(f"{till.up}/hello") in TAKEN
        assert second.publish(f"{other.up}/hello") in TAKEN
        assert first.lost.empty()


def test_an_integrator_hears_every_till_and_says_nothing(
    fleet: site.Site, tills: tuple[Till, Till]
) -> None:
    with service(fleet, services.INTEGRATOR) as program, tills[0].connect() as wire:
        program.subscribe("pos/v1/+/+/+/up/#")
        assert wire.publish(f"{tills[0].up}/health", b"warm") in TAKEN
        assert program.heard.get(timeout=WAIT_S) == (f"{tills[0].up}/health", b"warm")
        assert program.publish(f"{tills[0].down}/cmd/1") == "Not authorized"
        assert program.publish(f"{tills[0].up}/ev") == "Not authorized"


def test_nobody_connects_without_a_certificate(fleet: site.Site) -> None:
    root = fleet.folder / "authority" / ca.ROOT
    for port in (fleet.options.broker_port, fleet.options.service_port):
        with pytest.raises(OSError), Client(port, root):
            pass


def test_nobody_connects_with_the_certificate_of_another_authority(
    fleet: site.Site, tills: tuple[Till, Till], tmp_path: Path
) -> None:
    till, _ = tills
    stranger = ca.load_or_make(tmp_path / "stranger", "test", clock.now())
    own = membership.read(till.folder)
    chain = stranger.till(own.key.public_key(), till.uid, clock.now()).chain
    whole_files.write(tmp_path / "forged.crt", chain)
    with pytest.raises(OSError), till.connect(tmp_path / "forged.crt"):
        pass


def test_a_certificate_that_ran_out_is_refused(
    fleet: site.Site, tills: tuple[Till, Till], tmp_path: Path
) -> None:
    till, _ = tills
    own = membership.read(till.folder)
    long_ago = clock.now() - timedelta(days=100)
    chain = fleet.authority.till(own.key.public_key(), till.uid, long_ago).chain
    whole_files.write(tmp_path / "old.crt", chain)
    with pytest.raises(OSError), till.connect(tmp_path / "old.crt"):
        pass


def test_a_till_that_is_locked_out_loses_its_session_and_gets_no_other(
    fleet: site.Site, tills: tuple[Till, Till]
) -> None:
    till, other = tills
    with till.connect() as wire, other.connect() as neighbour:
        assert fleet.registry.deny(till.uid, "olena", "stolen")
        assert wire.lost.get(timeout=WAIT_S)
        with pytest.raises(OSError), till.connect():
            pass
        assert neighbour.publish(f"{other.up}/hello") in TAKEN

    # It may come back: with the same key and a new certificate.
    assert fleet.registry.allow(till.uid, "olena")
    hardware = Hardware("", "")
    assert isinstance(joining.renewed(till.folder, fleet.public.url, hardware), Granted)
    with till.connect() as wire:
        assert wire.publish(f"{till.up}/hello") in TAKEN


def test_a_card_that_asks_from_another_machine_opens_an_alert(
    fleet: site.Site, tills: tuple[Till, Till]
) -> None:
    till, _ = tills
    answer = joining.renewed(till.folder, fleet.public.url, Hardware("another machine", "Pi"))
    assert isinstance(answer, Refused)
    (alert,) = fleet.store.rows("SELECT * FROM alert WHERE till = :uid", uid=till.uid)
    assert (alert["rule"], alert["shop"], alert["severity"]) == ("cloned", "shop-1", "critical")


def test_the_largest_message_reaches_the_collector_from_the_longest_topic(
    fleet: site.Site, tills: tuple[Till, Till]
) -> None:
    """Till, broker and collector hold to one size, or a sale of ten thousand lines hangs for ever."""
    till, _ = tills
    far = "/".join(("pos/v1", "t" * 64, "s" * 64, till.uid, "up/ev"))
    with till.connect() as wire:
        assert wire.publish(far, bytes(limits.PAYLOAD_BYTES_MAX)) in TAKEN
    heard = "SELECT 1 AS yes FROM audit WHERE act = 'collector.malformed' AND target = :uid"
    end = time.monotonic() + WAIT_S
    while not fleet.store.rows(heard, uid=till.uid):
        assert time.monotonic() < end
        threading.Event().wait(0.05)


def test_a_message_that_is_too_large_ends_the_session(tills: tuple[Till, Till]) -> None:
    till, _ = tills
    with till.connect() as wire:
        wire._client.publish(f"{till.up}/ev", bytes(limits.PACKET_BYTES_MAX + 1), qos=1)
        assert wire.lost.get(timeout=WAIT_S)


def test_a_cell_takes_so_many_tills_and_no_more(
    fleet: site.Site, tills: tuple[Till, Till], tmp_path: Path
) -> None:
    with own_broker(fleet, tmp_path, tills_max=1) as (_, port):
        for till in tills:
            till._port = port
        with tills[0].connect(), pytest.raises(OSError), tills[1].connect():
            pass


def test_a_broker_that_is_killed_is_started_again(
    fleet: site.Site, tills: tuple[Till, Till], tmp_path: Path
) -> None:
    with own_broker(fleet, tmp_path) as (broker, port):
        tills[0]._port = port
        with tills[0].connect() as wire:
            killed = broker.pid
            assert killed
            os.kill(killed, signal.SIGKILL)
            assert wire.lost.get(timeout=WAIT_S)
        assert broker.again.acquire(timeout=WAIT_S)
        assert broker.pid != killed
        with tills[0].connect():
            pass


@contextmanager
def own_broker(
    fleet: site.Site, folder: Path, tills_max: int = 10
) -> Iterator[tuple[OwnBroker, int]]:
    """Another broker of the same fleet, and its port for tills."""
    listening = broker_config.Listening(
        free_port(), free_port(), "127.0.0.1", tills_max=tills_max, user=broker_config.own_user()
    )
    crl = fleet.registry.crl(fleet.authority, clock.now())
    path = broker_config.write(
        folder / "broker", fleet.authority, ["localhost"], listening, crl, clock.now()
    )
    own = OwnBroker(path, (("127.0.0.1", listening.port),))
    own.start()
    try:
        yield own, listening.port
    finally:
        own.stop()


def test_the_files_for_another_machine_are_whole(fleet: site.Site, tmp_path: Path) -> None:
    installed = Path("/etc/mosquitto/kram")
    crl = fleet.registry.crl(fleet.authority, clock.now())
    path = broker_config.write(
        tmp_path,
        fleet.authority,
        ["mq.example"],
        broker_config.Listening(),
        crl,
        clock.now(),
        installed,
    )
    named = [it.split()[1] for it in path.read_text().splitlines() if f" {installed}" in it]
    assert named
    assert all((tmp_path / Path(it).name).exists() for it in named)


def test_a_key_that_is_not_on_p256_is_refused_by_the_authority(tmp_path: Path) -> None:
    weak = ec.generate_private_key(ec.SECP192R1())
    path = tmp_path / "weak.key"
    path.write_bytes(ca.pem(weak))
    with pytest.raises(ValueError, match="P-256"):
        ca.load_key(path)
