"""A disk whose power can be cut: an apsw VFS that knows which writes were never fsynced.

Every write, truncation, fsync and deletion of the database and its log is kept in order, beside
being done. `images` then gives what the files may hold after a power cut at any point: all that
was fsynced, and any choice of the 512-byte sectors written since.
"""

from __future__ import annotations

import random
from pathlib import Path

import apsw

SECTOR = 512


class Recorder:
    """What happened to the files, as (what, file name, ...) tuples; tests add marks of their own."""

    def __init__(self, name: str) -> None:
        self.events: list[tuple] = []
        self.vfs = _RecordingVFS(self, name)

    def mark(self, *what) -> None:
        self.events.append(("mark", *what))

    def synced(self, name: str) -> None:
        self.events.append(("sync", name))

    def cuts(self, seed: int, keep: tuple[float, ...] = (0.0, 0.5)):
        """After every event: the marks so far and the files' contents after a cut there, once for
        each chance that an unsynced sector was kept."""
        rng = random.Random(seed)
        durable: dict[str, bytearray] = {}
        pending: dict[str, list[tuple]] = {}
        marks: list[tuple] = []
        for what, name, *rest in self.events:
            if what == "mark":
                marks.append((name, *rest))
            elif what == "delete":
                durable.pop(name, None)
                pending.pop(name, None)
            elif what == "sync":
                image = durable.setdefault(name, bytearray())
                for change in pending.pop(name, []):
                    _do(image, *change)
            else:
                pending.setdefault(name, []).append((what, *rest))
                durable.setdefault(name, bytearray())
            for chance in keep:
                files = {}
                for file, image in durable.items():
                    files[file] = bytearray(image)
                    for change in pending.get(file, []):
                        for part in _sectors(*change):
                            if rng.random() < chance:
                                _do(files[file], *part)
                yield list(marks), files


def _sectors(what, *rest):
    if what == "truncate":
        return [(what, *rest)]
    data, offset = rest
    ends = range(offset - offset % SECTOR, offset + len(data), SECTOR)
    parts = [(max(start, offset), min(start + SECTOR, offset + len(data))) for start in ends]
    return [("write", data[low - offset : high - offset], low) for low, high in parts]


def _do(image: bytearray, what, *rest) -> None:
    if what == "truncate":
        del image[rest[0] :]
        return
    data, offset = rest
    if len(image) < offset:
        image.extend(bytes(offset - len(image)))
    image[offset : offset + len(data)] = data


class _RecordingVFS(apsw.VFS):
    def __init__(self, recorder: Recorder, name: str) -> None:
        self.recorder = recorder
        self.name = name
        super().__init__(name, "unix")

    def xOpen(self, name, flags):  # noqa: N802
        return _RecordingFile(self.recorder, name, flags)

    def xDelete(self, filename, syncdir):  # noqa: N802
        super().xDelete(filename, syncdir)
        self.recorder.events.append(("delete", Path(filename).name))


class _RecordingFile(apsw.VFSFile):
    def __init__(self, recorder: Recorder, name, flags) -> None:
        self.recorder = recorder
        self.file = Path(name.filename() if isinstance(name, apsw.URIFilename) else name).name
        super().__init__("unix", name, flags)

    def xWrite(self, data, offset):  # noqa: N802
        super().xWrite(data, offset)
        self.recorder.events.append(("write", self.file, bytes(data), offset))

    def xTruncate(self, newsize):  # noqa: N802
        super().xTruncate(newsize)
        self.recorder.events.append(("truncate", self.file, newsize))

    def xSync(self, flags):  # noqa: N802
        super().xSync(flags)
        self.recorder.synced(self.file)


class Connection:
    """As much of sqlite3.Connection as the journal uses, over apsw; each statement runs whole."""

    def __init__(self, path: Path, vfs: str) -> None:
        self._con = apsw.Connection(str(path), vfs=vfs)

    def execute(self, sql, values=()):
        return Rows(self._con.execute(sql, values))

    def executemany(self, sql, rows):
        self._con.executemany(sql, rows)

    @property
    def in_transaction(self):
        return self._con.in_transaction

    def close(self):
        self._con.close()


class Rows:
    def __init__(self, cursor) -> None:
        self._rows = iter(list(cursor))

    def __iter__(self):
        return self._rows

    def fetchone(self):
        return next(self._rows, None)

    def fetchall(self):
        return list(self._rows)
