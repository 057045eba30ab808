"""The file on a card's first partition: judged, copied, wiped, and what it says done."""

from __future__ import annotations

import logging
import sqlite3
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path

from appliance import whole_files
from appliance.malformed import Malformed
from appliance.provision import document, keys, taking
from appliance.provision.card import (
    ENROL_FILE,
    FILE,
    SIGNATURE,
    Card,
    own_settings,
    serial_of,
)
from appliance.provision.deeds import Deed, Do, Remove, Run
from appliance.provision.document import Fleet, Provision
from appliance.provision.notice import Notice
from appliance.provision.taking import Pending
from appliance.provision.verdict import NotTaken, Standing, Taken, digest_of, judge

log = logging.getLogger(__name__)


def take(found: Mapping[str, bytes], card: Card, do: Do) -> Notice | None:
    """found: files of the first partition, by name, in the order in which they are wiped. Gives why
    they are not taken. Raises OSError."""
    finish(card, do)
    # What the power left of a copy that was being made holds a password, too.
    _all(do, map(Remove, whole_files.left_of(card.pending)))
    content, signature = found.get(FILE), found.get(SIGNATURE)
    if content is None and ENROL_FILE in found:
        content, signature = _as_provision(found[ENROL_FILE]), None
    if content is not None:
        verdict = judge(content, signature, standing_of(card))
        if isinstance(verdict, NotTaken):
            return Notice(verdict.trouble, verdict.mistakes)
        if isinstance(verdict, Taken):
            _all(do, taking.copy_deeds(Pending(content, verdict.signer), card))
    try:
        if found:
            do(Run(("mount", "-o", "remount,rw", str(card.firmware))))
            _all(do, taking.wipe_deeds(card.firmware / name for name in found))
    finally:
        # A partition that cannot be written is told about; the till is set up all the same.
        finish(card, do)
    return None


def finish(card: Card, do: Do) -> None:
    """What a file that was taken says is done, also when the power went in the middle of it."""
    try:
        pending = taking.read_pending(card)
    except ValueError as error:
        raise OSError(str(error)) from None
    if pending is None:
        return
    said = document.read(pending.content)
    assert isinstance(said, Provision), "it was judged before it was kept"
    _all(do, taking.apply_deeds(said, pending, own_settings(card), card))
    log.info("the card's file of %s is taken", digest_of(pending.content)[:12])


def standing_of(card: Card) -> Standing:
    applied = taking.read_applied(card)
    own = own_settings(card)
    number = 0
    # What is wrong with its settings is said where the file is laid over them.
    with suppress(tomllib.TOMLDecodeError, AttributeError):
        number = tomllib.loads(own).get("till", {}).get("number", 0)
    return Standing(
        serial_of(card),
        own,
        has_sold(card.till / "journal.db"),
        number or applied.number,
        applied.shop,
        applied.made,
        applied.digest,
        _keys(card),
    )


def has_sold(journal: Path) -> bool:
    """Read as it lies, with the log of what is not in it yet: SQLite itself would make files beside it
    that are root's, and a till that may not open its journal does not sell."""
    sold = b"SaleCompleted"
    with suppress(FileNotFoundError):
        if sold in journal.with_name(f"{journal.name}-wal").read_bytes():
            return True
    if not journal.exists():
        return False
    try:
        with closing(sqlite3.connect(f"file:{journal}?mode=ro&immutable=1", uri=True)) as con:
            found = con.execute("SELECT 1 FROM fact WHERE type = ? LIMIT 1", (sold.decode(),))
            return found.fetchone() is not None
    except sqlite3.Error:
        # A journal that cannot be read is one that was written.
        return True


def _keys(card: Card) -> tuple[bytes, ...]:
    """Those of the image, where it names some: so an update brings a new key, and takes an old one
    away. Else the one that was pinned."""
    for path in (card.built_in, card.keys):
        try:
            if found := keys.read(path.read_bytes()):
                return found
        except FileNotFoundError:
            continue
        except Malformed as error:
            # Without its keys a till would believe everybody.
            raise OSError(f"{path}: {error}") from None
    return ()


def _as_provision(enrol: bytes) -> bytes:
    """A file that says nothing but a fleet; b"" for one that does not say it well."""
    try:
        said = tomllib.loads(enrol.decode("utf-8-sig"))
        return document.write(Provision(fleet=Fleet(said["server"], said["token"])))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError):
        return b""


def _all(do: Do, deeds: Iterable[Deed]) -> None:
    for deed in deeds:
        do(deed)
