"""docs/performance.md, written from the last run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.plots import amount
from bench.results import Run

MEANINGS = {
    "durable commit": """\
A payment's four facts (tender, sale completed, drawer, print) appended to the journal with its
hashes and projections, until the disk has them. The peer is one plain insert of as many bytes
into an SQLite file on the same disk, synced the same way, in turns with ours.""",
    "bytes of one sale": """\
What the journal writes for a sale of ten lines, from the first scan to the printed receipt, with the
checkpoints that it causes: from `/proc/self/io`, once as the program wrote it (`wchar`) and
once in the whole disk pages that this dirtied (`write_bytes`). An SD card wears out by these.""",
    "scan bytes to new view": """\
From the first byte on the scanner's (pseudo) serial line to the finished view model, through
the real driver, the catalogue, the price rules and the journal.""",
    "whole sale": """\
Three scans and exact cash, until the sale is durable and drawer and receipt are handed out. A
popular ERP's point of sale, Tryton 8.2, takes about 600 ms for the same.""",
    "contactless payment with CDA": """\
The EMV engine through a whole purchase at a simulated card: selection, records, the card's signature
over its own cryptogram checked, risk and action analysis. What the card computes is left out.""",
    "TLV messages": """\
Messages of cards through `till inspect --json -`, one a line: read, checked and told in JSON.""",
    "card key to the money command": """\
From the command that asks for a card to the authorisation at a simulated ZVT terminal: decided, the
intent on the disk, the terminal asked whether it is free, its leaving on the disk.""",
    "longest time between two frames": """\
Payments at a simulated terminal in the whole window: words that change fifty times a second, an
answer that never comes, a cable that is cut, and the way from the basket to the receipt. A frame is
missed when the next one comes two frames later.""",
    "longest work of the screen": """\
The same, in processor time of the thread that draws: the screen's own share, which a busy machine
does not lengthen.""",
    "receipt to printer bytes": """\
A receipt of 30 lines with discounts, tax table and QR code, laid out and encoded as ESC/POS: in
the printer's own font, and as a picture. Each receipt has other goods.""",
    "frames with": """\
The whole sale screen in its window, drawn by the processor alone (llvmpipe), while the basket
moves 7 pixels with each frame; the peer is a window with an empty RecycleView. Both keep the
till's pace of 60 frames per second.""",
    "time of one frame": """\
The same without that pace: what a frame costs when the processor does nothing else. An empty
window then copies blank pictures, which a screen with words and pictures on it cannot follow, so
the limit is the frame of a display.""",
    "start to a usable": """\
The real `till run` with screen, scanner, printer, drawer, scale and pole display: from the
start of the process until its sale screen stands on the display (its picture no longer changes)
and its socket answers.""",
    "new view to pixels": """\
In that till: from the view that a scan led to until the X server has the basket's changed
pixels, as its DAMAGE extension tells another process.""",
    "memory of the running": """\
The same process after these scans and 20 printed sales.""",
    "idle CPU": """\
The same process on its sale screen, all devices connected; of one core.""",
    "Z report": """\
The totals of an open shift with so many sales, from the projections in the journal.""",
    "slowest report": """\
Every report, the page at a glance, the signals and the lists of the stock, asked as the screen asks:
over the whole time, beside as many days before, with the catalogue's names. The worst of them; each
the median of seven.""",
    "opening a journal": """\
What a start needs of it: the snapshot, and the chain after it.""",
    "verifying the chain": """\
`till journal verify`: every hash from the first fact on.""",
    "price list of": """\
`till prices import` of a list with a price for every item, beside a till that scans fifty goods a
second: until the till sells by it. The delay is the p99 of a scan meanwhile, less that of a scan
before.""",
    "import of": """\
`till catalogue import` of a CSV with prices, barcodes and stock, as a process of its own: every
row checked, the search index built, the stock journalled, all synced. The memory is that
process's at its peak.""",
    "GTIN lookup": """\
An item by its barcode, from the SQLite file.""",
    "name search": """\
What people type, in either script: a brand, goods and a brand, goods and a size, a whole name;
each with one slip of the finger.""",
}
"""What each row is, by a part of its name."""


def write(run: Run, docs: Path, plots: list[Path]) -> Path:
    path = docs / "performance.md"
    path.write_text("\n".join(_lines(run, docs, plots)) + "\n", encoding="utf-8")
    return path


def _lines(run: Run, docs: Path, plots: list[Path]) -> Iterator[str]:
    machine = run.machine
    passed = sum(bool(row["pass"]) for row in run.rows)
    yield "# Performance"
    yield ""
    yield (
        "Every limit below is measured by `make bench`, each against a fixed limit or a peer in "
        "the same run. This page is written from a real run; it has no figure typed by hand."
    )
    yield ""
    yield f"**{passed} of {len(run.rows)} rows reach their goal.**"
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| machine | {machine.processor}, {machine.cores} cores, {machine.memory_gb} GB |"
    yield f"| disk | {machine.disk} |"
    yield f"| system | {machine.system} |"
    yield f"| Python, SQLite | {machine.python}, {machine.sqlite} |"
    yield f"| when | {run.at}, {run.took_s / 60:.0f} min; load at the start {machine.load} |"
    yield ""
    yield from _table(run.rows)
    for path in plots:
        name = path.relative_to(docs).as_posix()
        yield ""
        yield f"![{path.stem} of the last run]({name})"
    yield from _HOW
    for row in run.rows:
        if not row["pass"]:
            yield f"* **missed:** {row['row']}: {amount(row['value'])} {row['unit']}"
    yield ""
    yield "## What the rows mean"
    yield ""
    for start, meaning in MEANINGS.items():
        if any(start in row["row"] for row in run.rows):
            words = " ".join(meaning.split())
            yield f"* **{start} …** {words}"


def _table(rows: tuple[Mapping[str, Any], ...]) -> Iterator[str]:
    yield "| row | ours | limit or peer | ratio | must reach | |"
    yield "|---|--:|--:|--:|---|:-:|"
    for row in rows:
        against = f"{amount(row['limit'])} {row['unit']}"
        if not row["against"].startswith("limit"):
            against += f" ({row['against']})"
        yield (
            f"| {row['row']} | **{amount(row['value'])} {row['unit']}** | {against} "
            f"| {row['ratio']:.2f} | {row['goal']} | {'✓' if row['pass'] else '✗'} |"
        )


_HOW = """
## Run it yourself

```sh
make bench                          # all of it, some minutes: a table and bench/out.json
make bench ARGS="--only scan"       # the parts whose title holds "scan"
make bench ARGS="--quick"           # small sizes: does the bench itself work?
.venv/bin/python -m bench --write-docs   # this page and its plots, from the last whole run
```

`bench/out.json` is a list of `{row, value, unit, against, limit, ratio, goal, pass}`; `ratio` is
ours divided by the limit or the peer. Everything is made, and written, under `bench/out/`, so the
disk that is measured is the one that this folder lies on. Nothing else should run meanwhile: the
rows in milliseconds are the first to feel it.
""".splitlines()
