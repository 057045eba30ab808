"""RAUC as this till uses it: its command, which speaks with RAUC's own service, and its answers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

RAUC = "rauc"
QUICK_S = 60.0
INSTALL_S = 3000.0
"""A whole bundle over a slow line, both times that it is tried: `updater.INSTALL_S` waits longer, and
the unit that runs that longer still."""
TOLD_MAX = 400
"""Characters of what RAUC said: its last lines name the cause."""

Run = Callable[[Sequence[str], float], subprocess.CompletedProcess[str]]


class RaucError(Exception):
    """RAUC did not do it; the text is its own."""


@dataclass(frozen=True, slots=True)
class Slots:
    """booted, primary: names of slots, A or B. versions: what was installed whole, by slot; the one
    that came with the card's image is not among them. manifests: the SHA-256 of each one's manifest,
    which names the hashes of all that was written. bad: those marked so."""

    booted: str
    primary: str
    versions: Mapping[str, str] = field(default_factory=dict)
    manifests: Mapping[str, str] = field(default_factory=dict)
    bad: frozenset[str] = frozenset()


def run(command: Sequence[str], timeout_s: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=timeout_s, check=False, errors="replace"
    )


def asked(words: Sequence[str], timeout_s: float = QUICK_S, run: Run = run) -> str:
    """What RAUC answers. Raises RaucError."""
    try:
        done = run([RAUC, *words], timeout_s)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RaucError(str(error)[-TOLD_MAX:]) from None
    if done.returncode:
        raise RaucError((done.stderr.strip() or done.stdout.strip())[-TOLD_MAX:])
    return done.stdout


def slots(run: Run = run) -> Slots:
    """Raises RaucError."""
    return read_slots(asked(["status", "--detailed", "--output-format=json"], run=run))


def read_slots(text: str) -> Slots:
    """From `rauc status`. Raises RaucError."""
    try:
        told = json.loads(text)
        found = {name: slot for entry in told["slots"] for name, slot in entry.items()}
        named = {name: slot["bootname"] for name, slot in found.items() if slot.get("bootname")}
        by_name = {named[name]: found[name] for name in named}
        booted = next((it for it, slot in by_name.items() if slot["state"] == "booted"), "")
        return Slots(
            booted or _bootname(told.get("booted"), by_name),
            named.get(told.get("boot_primary") or "", ""),
            {it: version for it, slot in by_name.items() if (version := _whole(slot, "version"))},
            {it: digest for it, slot in by_name.items() if (digest := _whole(slot, "hash"))},
            frozenset(it for it, slot in by_name.items() if slot.get("boot_status") == "bad"),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RaucError(f"rauc status: {error!r}") from None


def _bootname(told: object, known: Mapping[str, Any]) -> str:
    return told if isinstance(told, str) and told in known else ""


def _whole(slot: Mapping[str, Any], name: str) -> str:
    """What is told of the bundle in a slot, if that was written to its end."""
    status = slot.get("slot_status") or {}
    told = (status.get("bundle") or {}).get(name)
    return told if status.get("status") == "ok" and isinstance(told, str) else ""


def install(
    source: str, ca: str = "", ticket: str = "", run: Run = run, timeout_s: float = INSTALL_S
) -> None:
    """Writes the other slot, from a file or streamed from an address; ca: the only root believed
    there; ticket: what is shown there. Raises RaucError."""
    trust = [f"--tls-ca={ca}"] if ca else []
    shown = [f"--http-header=Authorization: Bearer {ticket}"] if ticket else []
    asked(["install", *trust, *shown, source], timeout_s, run)
