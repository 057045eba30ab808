"""Putting another file in a journal's place so that a power cut leaves one of the two, whole."""

from __future__ import annotations

import json
import os
from pathlib import Path

from appliance.journal.errors import JournalDamaged
from appliance.journal.space import beside

_PARTS = ("", "-wal", "-shm")


def fsync(path: Path) -> None:
    """The file's contents, or a folder's names, are on the disk when this returns."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def put_in_place(fresh: Path, journal: Path, aside: Path) -> None:
    """`fresh` becomes the journal; what was the journal is found at `aside` afterwards.

    The intent is on the disk before the first name changes, so that `finish` can go on from
    anywhere. All three lie in one folder.
    """
    fsync(fresh)
    intent = beside(journal, ".swap")
    intent.write_text(json.dumps([fresh.name, aside.name]), encoding="utf-8")
    fsync(intent)
    fsync(journal.parent)
    finish(journal)


def finish(journal: Path) -> None:
    """Carries out an intent that is left; nothing to do in almost every start."""
    intent = beside(journal, ".swap")
    if not intent.exists():
        return
    try:
        fresh_name, aside_name = json.loads(intent.read_text(encoding="utf-8"))
    except ValueError:
        # Cut off while it was written: no name has changed yet.
        intent.unlink()
        return
    fresh, aside = journal.with_name(fresh_name), journal.with_name(aside_name)
    if fresh.exists():
        for part in _PARTS:
            old = beside(journal, part)
            if old.exists():
                old.rename(beside(aside, part))
        fresh.rename(journal)
        fsync(journal.parent)
    elif not journal.exists():
        raise JournalDamaged(f"{journal} and {fresh} are both gone; {aside} holds the old one")
    intent.unlink()
    fsync(journal.parent)


def known_epoch(journal: Path) -> int:
    """The highest epoch ever begun here, 0 when there never was a journal."""
    try:
        return int(beside(journal, ".epoch").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def note_epoch(journal: Path, epoch: int) -> None:
    """Remembers, outside the file, that there is a journal and how far its epochs have gone."""
    if known_epoch(journal) >= epoch:
        return
    note = beside(journal, ".epoch")
    part = beside(journal, ".epoch.part")
    part.write_text(f"{epoch}\n", encoding="ascii")
    fsync(part)
    part.rename(note)
    fsync(journal.parent)
