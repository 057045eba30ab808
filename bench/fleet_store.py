"""The fleet's store: facts a second through one collector into PostgreSQL, with everything they mean.

Ours: a batch as it comes from the broker, to its acknowledgement: read, hashed, its signature checked,
and in one transaction stored, understood and counted, by a collector's two workers. Beside it, in the
same run on the same server: one connection that does nothing but insert the same rows into the same
tables, a multi-row statement for each table and a transaction for each batch, in the fastest form there
is (one array for each column, pipelined). Durability is on (fsync, synchronous_commit).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fleet import postgres

from appliance.fleet.collector import WORKERS
from appliance.fleet.hearing import Hearing, Message
from appliance.fleet.store import Insert, Store, open_store
from appliance.fleet.store.postgres import PostgresStore, PostgresTransaction
from appliance.journal import record, schema
from appliance.wire import seal
from appliance.wire.batch import Batch, WireFact, encode
from bench.row import Row

SHARE = 0.6
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
KEY = ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True, slots=True)
class Told:
    """A batch as a message, of which till, and how many facts it is."""

    till: str
    message: Message
    facts: int


def rows(journal: Path, tills: int, facts: int, sizes: Sequence[int] = (50, 500)) -> list[Row]:
    """journal: of a till, with so many facts at least; every till of the run tells the same."""
    said = _facts(journal, facts)
    with postgres.cluster(DURABLE) as cluster:
        empty = postgres.migrated(cluster)
        return [_row(cluster, empty, [*_batches(said, tills, size)], size) for size in sizes]


def _row(cluster: postgres.Cluster, empty: str, told: list[Told], size: int) -> Row:
    many = sum(it.facts for it in told)
    with _database(cluster, empty) as store:
        noted = _noted(store, told)
    with _database(cluster, empty) as store:
        hearing = _hearing(store)
        ours_s = _timed(told, lambda it: hearing.hear(it.message))
        kept = store.one("SELECT count(*) AS many FROM fact")
        assert kept is not None
        assert kept["many"] == many, hearing.counts
    with _database(cluster, empty) as store:
        began = time.perf_counter()
        for it in told:
            _bare(store, noted[id(it)])
        bare_s = time.perf_counter() - began
    return Row(
        f"facts into PostgreSQL with all they mean, batches of {size}, one collector",
        many / ours_s,
        "facts/s",
        "bare multi-row inserts of the same rows",
        many / bare_s,
        f"at least {SHARE:.0%} of it",
        at_least=True,
        times=SHARE,
    )


def _timed(told: list[Told], deal: Callable[[Told], object]) -> float:
    """With a collector's workers: all batches of a till by one of them, in their order."""
    tills = sorted({it.till for it in told})
    shares = [
        [it for it in told if tills.index(it.till) % WORKERS == worker] for worker in range(WORKERS)
    ]

    def work(share: list[Told]) -> None:
        for it in share:
            deal(it)

    began = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(work, shares))
    return time.perf_counter() - began


@contextmanager
def _database(cluster: postgres.Cluster, empty: str) -> Iterator[PostgresStore]:
    name = cluster.database(empty)
    store = open_store(cluster.url(name))
    assert isinstance(store, PostgresStore)
    try:
        yield store
    finally:
        store.close()
        cluster.drop(name)


def _hearing(store: Store) -> Hearing:
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with store.transaction() as tx:
        tills = [_uid(it) for it in range(1000)]
        tx.insert(
            Insert("till", ("uid", "tenant", "shop"), [(it, "kram", f"shop-{it}") for it in tills])
        )
        columns = ("serial", "till", "fingerprint", "public_key", "issued_ms", "not_after_ms")
        tx.insert(Insert("certificate", columns, [(it, it, "", pem, 0, 1 << 50) for it in tills]))
    return Hearing(store)


def _noted(store: PostgresStore, told: list[Told]) -> dict[int, list[Insert]]:
    """What ours inserts for each batch."""
    hearing = _hearing(store)
    noted: list[Insert] = []
    insert = PostgresTransaction.insert

    def noting(self: PostgresTransaction, *inserts: Insert) -> None:
        noted.extend(it for it in inserts if it.rows)
        insert(self, *inserts)

    PostgresTransaction.insert = noting  # type: ignore[method-assign, assignment]
    try:
        found = {}
        for it in told:
            hearing.hear(it.message)
            found[id(it)], noted = noted, []
    finally:
        PostgresTransaction.insert = insert  # type: ignore[method-assign]
    return found


def _bare(store: PostgresStore, inserts: list[Insert]) -> None:
    with store.transaction(pipelined=True) as tx:
        for it in inserts:
            tx.insert(it)


def _uid(number: int) -> str:
    return f"01JBENCH{number:018}"


def _facts(journal: Path, most: int) -> tuple[str, list[WireFact]]:
    con = schema.connect_reader(journal)
    try:
        found = [
            WireFact(kind, at_ms, offset, actor, cause, version, record.unpack(body), digest)
            for _, at_ms, offset, actor, cause, kind, version, body, digest in con.execute(
                record.SELECT_ROWS + " ORDER BY id LIMIT ?", (most,)
            )
        ]
        return schema.till_of(con), found
    finally:
        con.close()


def _batches(said: tuple[str, list[WireFact]], tills: int, size: int) -> Iterator[Told]:
    """All tills in turn, as a broker delivers them."""
    name, facts = said
    genesis = record.genesis(name, 1, 0, b"")
    for at in range(0, len(facts), size):
        part = tuple(facts[at : at + size])
        prev = facts[at - 1].hash if at else genesis
        for number in range(tills):
            uid = _uid(number)
            batch = Batch(uid, name, 1, at + 1, prev, part)
            signed = replace(batch, signature=seal.sign(KEY, batch.head))
            topic = f"pos/v1/kram/shop/{uid}/up/ev"
            yield Told(uid, Message(topic, encode(signed)), len(part))
