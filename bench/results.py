"""What a run leaves behind: out.json for whoever compares, and what the page and plots need."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.machine import Machine
from bench.row import Row

HERE = Path(__file__).parent
OUT = HERE / "out.json"
SAMPLES_MAX = 5_000
"""Per row; a plot of more looks the same."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run, as it is read back. whole: every row at full size. samples: by row."""

    rows: tuple[Mapping[str, Any], ...]
    used: Mapping[str, float]
    samples: Mapping[str, tuple[float, ...]]
    machine: Machine
    at: str
    took_s: float
    whole: bool


def write(
    rows: Sequence[Row], machine: Machine, *, at: str, took_s: float, whole: bool, out: Path = OUT
) -> None:
    """out: the list of rows; beside it, in out/run.json, the machine and the samples."""
    _write(out, [row.as_dict() for row in rows])
    more = {
        "at": at,
        "took_s": round(took_s),
        "whole": whole,
        "machine": asdict(machine),
        "used": {row.row: round(row.used, 4) for row in rows},
        "samples": {row.row: _thinned(row.samples) for row in rows if row.samples},
    }
    run = out.parent / "out" / "run.json"
    run.parent.mkdir(exist_ok=True)
    _write(run, more)


def read(out: Path = OUT) -> Run:
    """The last run; FileNotFoundError before the first."""
    rows = json.loads(out.read_text(encoding="utf-8"))
    more = json.loads((out.parent / "out" / "run.json").read_text(encoding="utf-8"))
    return Run(
        rows=tuple(rows),
        used=more["used"],
        samples={row: tuple(values) for row, values in more["samples"].items()},
        machine=Machine(**more["machine"]),
        at=more["at"],
        took_s=more["took_s"],
        whole=more["whole"],
    )


def _thinned(samples: Sequence[float]) -> list[float]:
    """Evenly chosen from the sorted ones, the worst always among them."""
    ordered = sorted(samples, reverse=True)
    step = -(-len(ordered) // SAMPLES_MAX) or 1
    return [round(value, 4) for value in ordered[::step]]


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
