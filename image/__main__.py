"""`python -m image`: build, bundle, twice, run, delta."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from image import bundle, kernel, places, tools
from image.build import Build
from image.wishes import Wishes

MB = 1_000_000


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m image", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, told in (
        ("build", "the card's image, the bundle, and their papers"),
        ("bundle", "only the bundle that updates to a version"),
        ("twice", "two builds from nothing, compared byte by byte"),
    ):
        _wishes(commands.add_parser(name, help=told))
    start = commands.add_parser("run", help="start the image in QEMU (HEADLESS=1: one sale)")
    start.add_argument("--image", type=Path, default=places.OUT / "kram.img")
    compare = commands.add_parser(
        "delta", help="what an update from one root.img to another fetches"
    )
    compare.add_argument("old", type=Path)
    compare.add_argument("new", type=Path)
    asked = parser.parse_args(words)
    try:
        return COMMANDS[asked.command](asked)
    except tools.Stopped as stopped:
        print(f"\nStopped: {stopped}", file=sys.stderr)
        return 1


def _wishes(parser: argparse.ArgumentParser) -> None:
    usual = Wishes()
    parser.add_argument("--version", default=usual.version)
    parser.add_argument("--kernel", choices=sorted(kernel.PROVIDERS), default=usual.kernel)
    parser.add_argument("--layout", dest="table", choices=("gpt", "mbr"), default=usual.table)
    parser.add_argument("--out", type=Path, default=usual.out)
    parser.add_argument("--url", default=usual.url, help="of the image, for Raspberry Pi Imager")
    parser.add_argument("--site", default=usual.site, help="its website, which has kram.svg, too")
    parser.add_argument(
        "--change",
        type=change,
        action="append",
        default=[],
        metavar="PATH=FILE",
        help="a file of the root and what it is replaced by, for tests of updates",
    )
    parser.add_argument("--level", type=int, default=usual.level, help="of the root's compression")
    parser.add_argument("--update-lock", action="store_true")
    parser.add_argument("--fresh", action="store_true", help="take no stage from the cache")


def change(said: str) -> tuple[str, Path]:
    """PATH=FILE: a path in the root, and the file that replaces what is there."""
    to, _, by = said.partition("=")
    if not to or not Path(by).is_file():
        raise argparse.ArgumentTypeError("a path in the root, =, and a file that is there")
    return to.lstrip("/"), Path(by)


def _asked(asked: argparse.Namespace) -> Wishes:
    return Wishes(
        version=asked.version,
        kernel=asked.kernel,
        table=asked.table,
        out=asked.out.resolve(),
        url=asked.url,
        site=asked.site,
        changes=dict(asked.change),
        level=asked.level,
        update_lock=asked.update_lock,
        fresh=asked.fresh,
    )


def _build(asked: argparse.Namespace) -> int:
    wishes = _asked(asked)
    figures = Build(wishes).image()
    print()
    for name, size in figures["bytes"].items():
        print(f"  {wishes.out / name}  {size / MB:.1f} MB")
    print(f"  {figures['seconds_in_all']} s in all. To see it sell: make image-run")
    return 0


def _bundle(asked: argparse.Namespace) -> int:
    build = Build(_asked(asked))
    print(build.bundle(build.stages()))
    return 0


def _twice(asked: argparse.Namespace) -> int:
    """Every file but the bundle: its signature holds the time, and its hash tree is salted."""
    digests = []
    for number in ("first", "second"):
        wishes = replace(_asked(asked), out=places.OUT / "twice" / number, fresh=True)
        Build(wishes).image()
        files = [file for file in sorted(wishes.out.iterdir()) if _comparable(file)]
        digests.append({file.name: tools.sha256(file) for file in files})
    for name in sorted(digests[0]):
        same = digests[0][name] == digests[1].get(name)
        print(f"  {'same     ' if same else 'DIFFERENT'} {digests[0][name]} {name}")
    return 0 if digests[0] == digests[1] else 1


def _comparable(file: Path) -> bool:
    return file.suffix != ".raucb" and file.name != "figures.json"


def _delta(asked: argparse.Namespace) -> int:
    fetched, size = bundle.delta(asked.old, asked.new)
    print(f"{fetched / MB:.1f} of {size / MB:.1f} MB")
    return 0


def _run(asked: argparse.Namespace) -> int:
    from image import run

    return run.main(asked.image, places.OUT / "run")


COMMANDS = {"build": _build, "bundle": _bundle, "twice": _twice, "run": _run, "delta": _delta}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
