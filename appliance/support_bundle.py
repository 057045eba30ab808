"""What a technician needs to help from afar, in one file, and nothing of customers or cards.

Settings without secrets, what `till doctor` says, counts of the journal (how many facts of which
kind, never what they say), the newest log lines. Each text is searched for card numbers once more,
and e-mail addresses and telephone numbers are starred: a log line may quote what somebody typed.
"""

from __future__ import annotations

import io
import json
import os
import platform
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from appliance import __version__, daemon, doctor, support_frames, system
from appliance.config import Settings
from appliance.core.card_numbers import masked
from appliance.journal import JournalError, reports
from appliance.journal.record import moment, place
from appliance.journal.space import beside

UNIT = "kram"
"""As docs/technician.md names the unit of systemd."""

KEPT = Path("/data/log/warnings.log")
"""As `keep-warnings` of the image writes it."""

LOG_LINES_MAX = 5_000
LOG_LINE_MAX = 2_000
"""Characters; a line that is longer is no line."""

FRAME_LINES_MAX, FRAME_LINE_MAX = 100, 160
STARS = "***"
_SECRET = re.compile(
    r"pin|badge|passw|passphrase|secret|token|pepper|licence|holder|account|tax_id|phone|email"
    r"|(^|_)key$"
)
_HARMLESS = re.compile(r"_(file|path)$")
"""Where a secret stands says nothing of it."""

_LOGIN = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.])\+\d[\d ()-]{8,16}\d(?!\w)|(?<![\w.])(?:38)?0\d{9}(?!\w)"
)

_SHOWN = re.compile(r"""(?i)\b((?:ticket|token)"?\s*[=:]\s*"?|bearer\s+)[\w.~+/=-]+""")
"""What opens a door somewhere, in an address or a header that a program logs."""

README = """\
A support bundle of a Kram till: for whoever helps the shop.

about.json     versions, the machine, when this was written
doctor.jsonl   what `till doctor` says: devices, disk, clock, journal
settings.json  the settings in force; secrets, accounts and people's names are starred
journal.json   how many facts of each kind, sizes, times; nothing of what they say
log.txt        the newest log lines; card numbers, e-mail addresses, telephone numbers, tickets are starred

There is nothing in it of customers, of what was sold, or of cards. Read it before you send it.
"""

Members = Mapping[str, str]


def members(settings: Settings, logs: Sequence[Path], now: datetime) -> Members:
    """The files of a bundle by their names. logs: files beside what systemd keeps."""
    found = [asdict(it) for it in doctor.examine(settings)]
    made = {
        "README.txt": README,
        "about.json": _json(_about(settings, now)),
        "doctor.jsonl": "".join(json.dumps(it, ensure_ascii=False) + "\n" for it in found),
        "settings.json": _json(without_secrets(settings.shown())),
        "journal.json": _json(_journal(settings)),
        "log.txt": "".join(f"{it}\n" for it in _log([*_kept(), *logs])),
    }
    return {name: _cleared(text) for name, text in made.items()}


def reduced(settings: Settings, now: datetime) -> list[str]:
    """The frames of a short report: what fits into some QR codes. No settings, no kinds of facts."""
    findings = [
        [it.subject, it.state.value, it.says, it.detail]
        for it in doctor.examine(settings)
        if not it.ok or it.detail
    ]
    journal = {key: it for key, it in _journal(settings).items() if key != "facts"}
    report = {"v": 1, "about": _about(settings, now), "doctor": findings, "journal": journal}
    cleared: dict[str, object] = json.loads(_cleared(json.dumps(report, indent=0, default=str)))
    log = [_cleared(it)[:FRAME_LINE_MAX] for it in _of_systemd()[-FRAME_LINES_MAX:]]
    return support_frames.frames(cleared, log)


def write(files: Members, to: BinaryIO, now: datetime) -> None:
    """As tar.gz, every file for its owner alone."""
    with tarfile.open(fileobj=to, mode="w:gz") as bundle:
        for name, text in files.items():
            data = text.encode("utf-8", "backslashreplace")
            entry = tarfile.TarInfo(f"kram-support/{name}")
            entry.size, entry.mtime, entry.mode = len(data), int(now.timestamp()), 0o600
            bundle.addfile(entry, io.BytesIO(data))


def to_stick(settings: Settings, logs: Sequence[Path], now: datetime) -> dict[str, Any]:
    """A bundle onto the stick that is plugged in: the system helper's answer."""
    name = f"kram-support-{settings.till.number}-{now:%Y%m%d-%H%M%S}.tar.gz"
    with tempfile.TemporaryFile() as file:
        write(members(settings, logs, now), file, now)
        file.flush()
        file.seek(0)
        try:
            return system.ask({"do": "to_stick", "name": name}, file=file.fileno())
        except system.NoSystem:
            remedy = "Only an appliance writes to sticks. Write a file: till support-bundle FILE"
            return {"ok": False, "why": "no_system", "remedy": remedy}


def without_secrets(value: Any, name: str = "") -> Any:
    """Settings as they may be shown: the values of secret keys and people's names starred."""
    match value:
        case dict():
            people = {"name": STARS} if name == "staff" else {}
            return {key: without_secrets(it, key) for key, it in value.items()} | people
        case list() | tuple():
            return [without_secrets(it, name) for it in value]
        case str() if value and _SECRET.search(name) and not _HARMLESS.search(name):
            return STARS
        case str():
            return _LOGIN.sub(STARS, value)
        case _:
            return value


def _about(settings: Settings, now: datetime) -> dict[str, object]:
    return {
        "kram": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "machine": platform.machine(),
        "till": settings.till.id,
        "written": now.isoformat(timespec="seconds"),
    }


def _journal(settings: Settings) -> dict[str, object]:
    path = daemon.journal_path(settings)
    sizes = {
        it.name: it.stat().st_size
        for it in (path, beside(path, "-wal"), daemon.catalogue_path(settings))
        if it.exists()
    }
    try:
        with reports.reading(path, any_version=True) as con:
            kinds = dict(con.execute("SELECT type, count(*) FROM fact GROUP BY type ORDER BY type"))
            rows = con.execute(
                "SELECT id, at_ms, offset_min FROM fact"
                " WHERE id IN ((SELECT min(id) FROM fact), (SELECT max(id) FROM fact)) ORDER BY id"
            ).fetchall()
    except JournalError as error:
        return {"bytes": sizes, "error": str(error)}
    ends = [(place(row_id), moment(at_ms, offset)) for row_id, at_ms, offset in rows]
    return {
        "bytes": sizes,
        "records": sum(kinds.values()),
        "first": ends[0][1].isoformat() if ends else "",
        "last": ends[-1][1].isoformat() if ends else "",
        "epoch": ends[-1][0][0] if ends else 0,
        "facts": kinds,
    }


def _log(files: Sequence[Path]) -> Iterator[str]:
    """The newest lines of each: systemd's, and files that the shop keeps itself."""
    yield f"== journalctl --unit {UNIT}"
    yield from _newest(_of_systemd())
    for path in files:
        yield f"== {path.name}"
        with path.open(encoding="utf-8", errors="replace") as lines:
            yield from _newest(lines)


def _of_systemd() -> list[str]:
    program = shutil.which("journalctl")
    if program is None:
        return ["(there is no systemd here)"]
    asked = [program, "--unit", UNIT, "--no-pager", "--output", "short-iso"]
    try:
        told = subprocess.run(
            [*asked, "--lines", str(LOG_LINES_MAX)],
            capture_output=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return [f"(journalctl: {error})"]
    return (told.stdout or told.stderr).decode("utf-8", "replace").splitlines()


def _kept() -> list[Path]:
    """Warnings of the days before, which an appliance keeps on its card."""
    return [it for it in (KEPT.with_suffix(".log.1"), KEPT) if os.access(it, os.R_OK)]


def _newest(lines: Iterable[str]) -> list[str]:
    return [line.rstrip("\n")[:LOG_LINE_MAX] for line in lines][-LOG_LINES_MAX:]


def _cleared(text: str) -> str:
    """Line by line, so that an alarm in one takes nothing of the others."""
    return "\n".join(_cleared_line(line) for line in text.split("\n"))


def _cleared_line(line: str) -> str:
    return _PERSONAL.sub(STARS, masked(_SHOWN.sub(rf"\1{STARS}", line)))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"
