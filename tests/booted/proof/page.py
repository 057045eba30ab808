"""The page that the proof leaves: what was done to the image, and what came of it, part by part.

Each part's last run stands in `image.json` beside it, so that one can be proven again alone.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from .tally import Check, Figure, Tally, added, from_json, to_json

PAGE = Path(__file__).parents[3] / "docs" / "proofs" / "image.md"
KEPT = PAGE.with_suffix(".json")
LOG = PAGE.with_suffix(".log")
PICTURE = "image-sale.png"

_STEP = re.compile(r"(^ *\d+\.\d ([\w-]+): .*\n(?:(?! *\d+\.\d [\w-]+: ).*\n)*)", re.MULTILINE)

PARTS = (
    "first-boot",
    "second-boot",
    "security",
    "update",
    "cut-update",
    "cut-selling",
    "files",
    "fleet-update",
    "raspi3b",
    "wear",
    "orders",
)
"""Of a whole proof, in their order; most go on from the first boot, frozen."""

_TEXT = """\
# Proof: the image boots, updates, comes back and keeps what was paid

Written by `make image-test ARGS=--write`, last on {day}; its parts took {minutes:.0f} minutes, two at a time.

The image of `make image` as it is, on boards that QEMU plays (no accelerator): `virt` with a screen
and a network, `raspi3b` with the Pi 3's own SD host and a printer on a USB serial adapter. A simulated
firmware reads `autoboot.txt` and the boot partitions of the card and boots what a Raspberry Pi's would;
the real firmware, real cards and real boards were never part of it. Cards have a GPT; those of raspi3b
and fleet-update the MBR that a Pi 3 and a Zero 2 W read. Words on Linux's command line, and nothing in
the image, open a root's shell on a second serial line, shorten the ten healthy minutes of a trial to
half a minute, and give an emulated till five minutes before its watchdog bites (half a minute, as on a
real board, where it is hung on purpose), and first boot ten to end; on raspi3b, whose SD host is slow in
emulation, the till begins after it.

The card has a cache of its own: when the plug is pulled, of all that the guest wrote and did not
flush, each write is there or not, and one of them in half. Half of the cuts while it sells come at a
random time, the others with a random write, so that they fall into a commit. A sale counts as paid once
its answer came out of the guest; a receipt is printed once the printer outside cut it off.

![The sale screen, drawn by Kivy through KMS](image-sale.png)

What the till asks of its machine it asks in the guest as its own user, under the real units (part
`orders`): sticks are plugged in and pulled by QEMU, the air is two radios of Linux's own simulator, the
green light is a pin that is read outside, and what hangs is reset by QEMU's watchdog. No real stick,
router, light or watchdog was part of it, and a UPS board's signal is the power button's.

Never brought to their end so far: {missing}.

| part | boots | power cuts | updates | returns | losses | checks | not held | minutes |
|---|--:|--:|--:|--:|--:|--:|--:|--:|
{rows}

## Figures

| figure | value | must be |
|---|---|---|
{figures}

## What was checked

{checks}

## What did not hold

{broken}

Each step with its time: [image.log](image.log).
"""


def keep(it: Tally, log: Path) -> None:
    """What a part came to, and the page drawn anew: a run that is broken off leaves what it had."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    kept[it.part] = to_json(it)
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    in_order = [from_json(kept[it]) for it in PARTS if it in kept]
    PAGE.write_text(page(in_order), encoding="utf-8")
    told = LOG.read_text(encoding="utf-8") if LOG.exists() else ""
    LOG.write_text(steps(told, log.read_text(encoding="utf-8"), it.part), encoding="utf-8")
    if it.part == PARTS[0] and (picture := log.with_name(PICTURE)).exists():
        shutil.copy(picture, PAGE.with_name(PICTURE))


def steps(kept: str, told: str, part: str) -> str:
    """What was kept, with a part's own steps as they are told now. A step may have several lines."""
    others = [it for it in _STEP.findall(kept) if it[1] != part]
    return "".join(
        step for step, _ in (*others, *(it for it in _STEP.findall(told) if it[1] == part))
    )


def page(tallies: Sequence[Tally]) -> str:
    total = added(tallies)
    losses = [f"- **lost** ({it.part}): {said}" for it in tallies for said in it.losses]
    broken = [_broken(it.part, check) for it in tallies for check in it.broken]
    missed = [f"- {it.part}: {fig.name}: {fig.value}" for it in tallies for fig in it.missed]
    return _TEXT.format(
        day=" and ".join(sorted({it.day for it in tallies})),
        minutes=total.seconds / 60,
        missing=", ".join(it for it in PARTS if it not in {one.part for one in tallies}) or "none",
        rows="\n".join(_row(it) for it in (*tallies, total)),
        figures="\n".join(_figure(it) for it in total.figures),
        checks="\n".join(f"- {it.part}: {_held(it)}" for it in tallies),
        broken="\n".join([*losses, *broken, *missed]) or "Nothing.",
    )


def _row(it: Tally) -> str:
    figures = (it.boots, it.cuts, it.updates, it.returns, len(it.losses), len(it.checks))
    said = " | ".join(map(str, (*figures, len(it.broken), f"{it.seconds / 60:.0f}")))
    return f"| {it.part} | {said} |"


def _figure(it: Figure) -> str:
    return f"| {it.name} | {it.value}{'' if it.reached else ' (**missed**)'} | {it.limit} |"


def _held(it: Tally) -> str:
    return "; ".join(dict.fromkeys(check.sentence for check in it.checks if check.held)) + "."


def _broken(part: str, check: Check) -> str:
    return f"- {part}: {check.sentence}. Seen: `{check.detail[:300].replace('`', '').strip()}`"
