"""A batch of cards: from each row of the list a signed file, onto a card or into an image, and recorded."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance import whole_files
from appliance.provision import disks, document, fat, image_file, keys, wifi
from appliance.provision.card import FILE, SIGNATURE
from appliance.provision.card_list import Row
from appliance.provision.document import Provision
from appliance.provision.image_file import Image, ImageTrouble, Progress
from appliance.provision.record import Written
from appliance.provision.values import CARD_SIGNS
from appliance.wire.enrolment import ALPHABET


@dataclass(frozen=True, slots=True)
class Job:
    """One card. name: of its file or folder. token_file: removed once the token is on the card."""

    name: str
    provision: Provision
    content: bytes
    signature: bytes | None = None
    token_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """Where cards are written. settings: a settings file for all of them, "" for none. image: None
    where cards are flashed already."""

    operator: str
    key: Ed25519PrivateKey | None = None
    settings: str = ""
    image: Image | None = None
    now: Callable[[], datetime] = lambda: datetime.now().astimezone()


def job_of(row: Row, station: Station, token_file: Path | None = None) -> Job:
    it = row.provision
    network = it.wifi
    if network.password:
        # What everybody reads who holds the card is the key of this network, not a person's password.
        psk = wifi.key_of(network.name, network.password)
        network = replace(network, password="", psk=psk)
    whole = replace(
        it,
        card="".join(secrets.choice(ALPHABET) for _ in range(CARD_SIGNS)),
        made=station.now().replace(microsecond=0),
        by=station.operator,
        wifi=network,
        settings=station.settings,
    )
    content = document.write(whole)
    signature = keys.sign(station.key, content) if station.key else None
    name = f"{row.line:03}-{it.shop.id or 'till'}-{it.till.number}"
    return Job(name, whole, content, signature, token_file)


def rounds(jobs: Sequence[Job], targets: Sequence[Path]) -> Iterator[list[tuple[Job, Path]]]:
    """Which card goes where: as many at once as there are readers; a folder takes one after another."""
    if len(targets) == 1 and not disks.is_disk(targets[0]):
        yield from ([(job, targets[0])] for job in jobs)
        return
    for start in range(0, len(jobs), len(targets)):
        yield list(zip(jobs[start : start + len(targets)], targets, strict=False))


def put(job: Job, target: Path, station: Station, progress: Progress) -> Written:
    """Raises ImageTrouble, OSError; then the card is to be thought of as empty."""
    began = time.monotonic()
    files = {FILE: job.content} | ({SIGNATURE: job.signature} if job.signature else {})
    gone = () if job.signature else (SIGNATURE,)
    is_card = disks.is_disk(target)
    if not is_card and station.image is None:
        where = target / job.name
        for name, content in files.items():
            whole_files.write(where / name, content, whole_files.ONLY_OWNER)
    else:
        where = target if is_card else target / f"{job.name}.img"
        if station.image is not None:
            where.parent.mkdir(parents=True, exist_ok=True)
            image_file.write(station.image, where, progress)
        fat.put(where, files, gone)
    if job.token_file is not None:
        job.token_file.unlink(missing_ok=True)
    return _written(job, where, station, time.monotonic() - began)


def holds_one_of(target: Path, jobs: Sequence[Job]) -> bool:
    """Whether the card in a reader is one of these: somebody forgot to change it."""
    try:
        content = fat.read(target, FILE)
    except (ImageTrouble, OSError):
        return False
    return any(job.content == content for job in jobs)


def _written(job: Job, where: Path, station: Station, took_s: float) -> Written:
    it = job.provision
    public = station.key.public_key().public_bytes_raw() if station.key else b""
    return Written(
        at=station.now().isoformat(timespec="seconds"),
        operator=station.operator,
        card=it.card,
        shop=it.shop.id,
        shop_name=it.shop.name,
        till=it.till.number,
        till_name=it.till.name,
        target=str(where),
        image=station.image.digest if station.image else "",
        file=hashlib.sha256(job.content).hexdigest(),
        key=keys.short(public) if public else "",
        cid=disks.look(where).cid if disks.is_disk(where) else "",
        took_ms=round(took_s * 1000),
    )
