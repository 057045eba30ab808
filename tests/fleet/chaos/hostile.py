"""What no honest till and no honest server ever says, for every topic there is."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.fleet import clock
from appliance.fleet.authority import services
from appliance.fleet.site import Site
from appliance.telemetry.session import Post
from appliance.wire import batch, envelope, ulid
from appliance.wire.batch import Batch
from appliance.wire.remote_command import RemoteCommand
from appliance.wire.topics import Place
from hw_sim.fleet_line import Line
from hw_sim.fleet_till import SimTill

LEAVES = (
    *("ev", "backfill", "hello", "health", "state", "alert/x", "cmd/x", "reported", "firmware"),
    "nonsense",
)
TO_TILLS = ("ack", "cmd/x", "desired/prices", "desired/nonsense", "place", "nonsense")
HOUR_MS = 3_600_000
SPOKEN_S = 1.0


def payloads(chance: random.Random) -> Iterator[bytes]:
    """Malformed, deep, long, and what looks right at first."""
    yield b""
    yield chance.randbytes(chance.randint(1, 3000))
    yield b"{" * 10_000
    yield b"[" * 50_000 + b"]" * 50_000
    yield json.dumps({"v": 1, "till": "x" * 100_000}).encode()
    yield b'{"v":1,"epoch":1e308,"first":-1,"ev":[null]}'
    yield b'{"v":1,"at":99999999999999999999999999,"n":{"a":NaN},"w":{"a":"\\ud800"}}'
    yield gzip.compress(b'{"v":1,"ev":["' + b"0" * (20 << 20) + b'"]}')
    yield gzip.compress(b"{}")[:-5]
    yield "’; DROP TABLE fact; --".encode()
    yield b'{"v":1,"state":"selling","at":0,"session":9223372036854775807,"sw":"<script>"}'
    yield bytes(900_000)


def rogue_says(rogue: SimTill, others: Sequence[SimTill], chance: random.Random) -> Iterator[Post]:
    """A till that was let in and then turned: under its own name, and under those of others."""
    for leaf in LEAVES:
        for payload in chance.sample(list(payloads(chance)), 4):
            yield Post(rogue.place.up(*leaf.split("/")), payload)
    victim = chance.choice(others)
    facts = tuple(victim.book.facts[:5])
    stolen = Batch(victim.place.till, victim.book.name, 1, 1, victim.book.start, facts)
    for place in (rogue.place, victim.place):
        yield Post(
            place.up("ev"), batch.encode(replace(stolen, signature=rogue.papers.sign(stolen.head)))
        )
        yield Post(place.up("state"), b'{"v":1,"state":"lost","at":1,"session":1}', retain=True)
        yield Post(place.down("cmd", "x"), b"{}")
    # Its own name over facts that are another's, as if they were its own.
    yield Post(
        rogue.place.up("ev"),
        batch.encode(replace(stolen, till=rogue.place.till, signature="AAAA")),
    )


def fleet_says(places: Sequence[Place], chance: random.Random) -> Iterator[Post]:
    """What reaches tills from whoever took the console's connection over."""
    for place in places:
        for leaf in TO_TILLS:
            yield Post(place.down(*leaf.split("/")), chance.choice(list(payloads(chance))))
        yield Post(place.shop_down("stock"), chance.choice(list(payloads(chance))))


async def speaks(
    client: str, tls: ssl.SSLContext | None, port: int, said: Iterable[Post]
) -> int | None:
    """Says all of it on a connection of its own; how often the broker refused. None: not let in."""
    up, ended = asyncio.Event(), asyncio.Event()
    line = Line(client, None, (), up.set, lambda _topic, _payload: None, lambda _why: ended.set())
    try:
        await asyncio.wait_for(line.dial("127.0.0.1", port, tls), 10)
        await asyncio.wait_for(up.wait(), 5)
    except (OSError, TimeoutError):
        line.hang_up()
        return None
    for post in said:
        line.publish(post)
        await asyncio.sleep(0)
    await asyncio.sleep(SPOKEN_S)
    line.hang_up()
    return line.denied


async def noise(port: int, chance: random.Random) -> None:
    """No TLS and no MQTT at all."""
    with suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(chance.randbytes(20_000))
        await asyncio.sleep(0.2)
        writer.close()


@dataclass(slots=True)
class FalseOrders:
    """Commands that no till may do. never: their ids must stand in no journal. expired: these must
    not have been done."""

    site: Site
    chance: random.Random
    never: set[str] = field(default_factory=set)
    expired: set[str] = field(default_factory=set)
    replayed: int = 0

    def posts(self, places: Sequence[Place]) -> list[Post]:
        """Raises what the store raises when it is away."""
        one, other = self.chance.sample(list(places), 2)
        signer, now = self.site.signer, clock.now_ms()
        made = [self._again(place) for place in places]
        # Too late.
        late = self._command(now - 2 * HOUR_MS, now - HOUR_MS)
        self.expired.add(late.id)
        made.append(
            [_post(one, late.id, envelope.sealed(late.body(_to(one)), signer.key_id, signer.key))]
        )
        # Another till's, a stranger's, and a true one that was changed on its way.
        for kind in ("foreign", "stranger", "altered"):
            order = self._command(now, now + HOUR_MS)
            self.never.add(order.id)
            key = Ed25519PrivateKey.generate() if kind == "stranger" else signer.key
            to = _to(other if kind == "foreign" else one)
            sealed = envelope.sealed(order.body(to), signer.key_id, key)
            if kind == "altered":
                sealed = sealed.replace(b"hello", b"pay-out")
            made.append([_post(one, order.id, sealed)])
        return [post for posts in made for post in posts]

    def _again(self, place: Place) -> list[Post]:
        """True commands of the past, once more."""
        rows = self.site.store.rows(
            "SELECT id, envelope FROM command WHERE till = :till AND envelope IS NOT NULL"
            " AND envelope <> '' ORDER BY issued_ms DESC LIMIT 3",
            till=place.till,
        )
        self.replayed += len(rows)
        return [_post(place, row["id"], row["envelope"].encode()) for row in rows]

    def _command(self, issued: int, expires: int) -> RemoteCommand:
        args = {"text": "hello"}
        return RemoteCommand(
            ulid.new(clock.now_ms()), "message", args, 1, issued, expires, "mallory"
        )


def console_tls(site: Site) -> ssl.SSLContext:
    """As whoever took the console's machine over, but not its signing key, could speak."""
    own = site.identity(services.CONSOLE)
    made = ssl.create_default_context(cafile=str(own.trust))
    made.check_hostname = False
    made.load_cert_chain(own.chain, own.key)
    return made


def _to(place: Place) -> dict[str, str]:
    return {"till": place.till}


def _post(place: Place, id_: str, payload: bytes) -> Post:
    return Post(place.down("cmd", id_), payload)
