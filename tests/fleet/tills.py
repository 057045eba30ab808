"""Tills for the fleet's tests: what is in a real journal, as batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from appliance.fleet.store import Insert, Store
from appliance.fleet.store.ingest import Site
from appliance.journal import chain, record, schema
from appliance.wire import seal
from appliance.wire.batch import Batch, WireFact, encode

SITE = Site("01JTESTTILL000000000000001", "kram", "shop-1")


def register(store: Store, *sites: Site) -> None:
    with store.transaction() as tx:
        for site in sites:
            tx.insert(
                Insert("shop", ("shop", "tenant", "name"), [(site.shop, site.tenant, site.shop)])
            )
            tx.insert(
                Insert("till", ("uid", "tenant", "shop"), [(site.till, site.tenant, site.shop)])
            )


def certify(store: Store, key: ec.EllipticCurvePrivateKey, site: Site = SITE) -> None:
    """The till has a certificate for this key."""
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with store.transaction() as tx:
        tx.insert(
            Insert(
                "certificate",
                ("serial", "till", "fingerprint", "public_key", "issued_ms", "not_after_ms"),
                [(f"serial-{site.till}", site.till, "", pem, 0, 1 << 50)],
            )
        )


def signed(batch: Batch, key: ec.EllipticCurvePrivateKey) -> bytes:
    return encode(replace(batch, signature=seal.sign(key, batch.head)))


def journal_facts(path: Path) -> tuple[str, dict[int, tuple[bytes, list[WireFact]]]]:
    """The journal's name and, by epoch, the hash before its first fact and all facts."""
    con = schema.connect_reader(path)
    try:
        name = schema.till_of(con)
        joins = chain.joins(con)
        epochs: dict[int, tuple[bytes, list[WireFact]]] = {}
        for row in con.execute(record.SELECT_ROWS + " ORDER BY id"):
            epoch, _ = record.place(row[0])
            if epoch not in epochs:
                joined = joins.get(epoch, (0, b"")) if epoch > 1 else (0, b"")
                epochs[epoch] = (record.genesis(name, epoch, *joined), [])
            _, at_ms, offset, actor, cause, kind, version, packed, digest = row
            body = record.unpack(packed)
            fact = WireFact(kind, at_ms, offset, actor, cause, version, body, digest)
            epochs[epoch][1].append(fact)
    finally:
        con.close()
    return name, epochs


def batches(path: Path, size: int = 50, till: str = SITE.till) -> Iterator[Batch]:
    name, epochs = journal_facts(path)
    for epoch, (start, facts) in epochs.items():
        for at in range(0, len(facts), size):
            prev = start if at == 0 else facts[at - 1].hash
            yield Batch(till, name, epoch, at + 1, prev, tuple(facts[at : at + size]))
