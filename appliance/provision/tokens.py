"""Tokens for a batch of cards: from the fleet's file or folder of them, or made at the fleet itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.malformed import Malformed
from appliance.provision.card_list import Row
from appliance.provision.document import Fleet
from appliance.provision.mistakes import Kind, Mistake
from appliance.wire.enrolment import read_token

_FILE = re.compile(r"kram-enrol-(?P<shop>[A-Za-z0-9._-]+)-[0-9]+\.toml")
_TYPED = re.compile(r"--server\s+(?P<server>https://\S+)\s+--token\s+(?P<token>[A-Z0-9-]+)")


class NoTokens(Exception):
    """The file or folder holds none; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Held:
    """shop: the only one that it lets a till into, "" where the file does not say. file: to be
    removed once the token is on a card, None where it holds others, too."""

    fleet: Fleet
    shop: str = ""
    file: Path | None = None


Mint = Callable[[str, int], Sequence[Fleet]]
"""A shop and how many, made at the fleet."""


def read(path: Path) -> list[Held]:
    """A folder of `till fleet tokens --out`, or what the console gave as a CSV file. Raises NoTokens,
    OSError."""
    if path.is_dir():
        found = [_from_file(it) for it in sorted(path.iterdir()) if _FILE.fullmatch(it.name)]
    else:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        found = [Held(Fleet(it["server"].rstrip("/"), it["token"])) for it in _TYPED.finditer(text)]
    for held in found:
        try:
            read_token(held.fleet.token)
        except Malformed as error:
            raise NoTokens(f"{held.file or path}: {error}.") from None
    if not found:
        raise NoTokens(f"{path} holds no tokens. Make some: till fleet tokens --out {path}")
    return found


def _from_file(path: Path) -> Held:
    match = _FILE.fullmatch(path.name)
    assert match is not None
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return Held(Fleet(str(said["server"]).rstrip("/"), str(said["token"])), match["shop"], path)
    except (ValueError, KeyError) as error:
        raise NoTokens(f"{path} holds no server and token ({error}).") from None


def given_out(
    rows: Sequence[Row], held: Sequence[Held], mint: Mint | None = None
) -> tuple[list[tuple[Row, Path | None]], list[Mistake]]:
    """Each row with its token and the file that the token came in. A row of a till that shall join
    no fleet has none: no token is for it, and it names no server."""
    left = list(held)
    given: list[tuple[Row, Path | None]] = []
    mistakes = []
    minted = _minted(rows, mint) if mint is not None else {}
    for row in rows:
        it = row.provision
        if it.fleet.token or not (it.fleet.server or held or mint):
            given.append((row, None))
            continue
        if queue := minted.get(it.shop.id):
            found: Held | None = Held(queue.pop())
        else:
            found = next((one for one in left if one.shop in (it.shop.id, "")), None)
        if found is None:
            mistakes.append(Mistake(Kind.NO_TOKEN_LEFT, "token", row.line))
            continue
        if found in left:
            left.remove(found)
        given.append((replace(row, provision=replace(it, fleet=found.fleet)), found.file))
    return given, mistakes


def _minted(rows: Sequence[Row], mint: Mint) -> dict[str, list[Fleet]]:
    wanted: dict[str, int] = {}
    for row in rows:
        shop = row.provision.shop.id
        if shop and not row.provision.fleet.token:
            wanted[shop] = wanted.get(shop, 0) + 1
    return {shop: list(mint(shop, count)) for shop, count in wanted.items()}
