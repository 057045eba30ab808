"""Whether a till takes a provisioning file. A decision alone: nothing is written here.

| the till | no signature | signed by a key it knows | by another key |
|---|---|---|---|
| knows no key, has not sold | taken | | taken, and the key is known from then on |
| knows no key, has sold | not taken | | not taken |
| knows a key | not taken | taken, when newer than the last | not taken |

Whoever holds a card in the hand can write all of it, so a new till believes what lies on it. One that
sells is asked for more: its number stands in receipts, and a till of a chain obeys its chain.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.config.amend import Value, with_section
from appliance.config.mistakes import ConfigError
from appliance.config.read import parse
from appliance.malformed import Malformed
from appliance.provision import document, keys
from appliance.provision.document import Provision
from appliance.provision.mistakes import Kind, Mistake
from appliance.provision.trouble import Trouble

_SHOP = "name legal_name tax_id address currency language timezone receipt_header".split()
_UNREADABLE = {Kind.NOT_UTF8, Kind.NOT_JSON, Kind.TOO_LARGE, Kind.VERSION}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a till knows of itself before it looks at a file.

    settings: the text of its shop.toml, "" for none. number, shop, made, digest: of the file it took
    last; number is 0 where none said it. keys: whose files it takes; none is everybody's.
    """

    serial: str = ""
    settings: str = ""
    has_sold: bool = False
    number: int = 0
    shop: str = ""
    made: datetime | None = None
    digest: str = ""
    keys: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """settings: the text of the till's shop.toml from now on. signer: b"" for nobody."""

    provision: Provision
    settings: str
    signer: bytes = b""


@dataclass(frozen=True, slots=True)
class TakenBefore:
    """The same file again: it is wiped, and that is all."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    trouble: Trouble
    mistakes: tuple[Mistake, ...] = ()


def judge(
    content: bytes, signature: bytes | None, standing: Standing
) -> Taken | TakenBefore | NotTaken:
    if digest_of(content) == standing.digest:
        return TakenBefore()
    signer = b""
    if signature is not None:
        try:
            signer = keys.signer(content, signature)
        except Malformed:
            return NotTaken(Trouble.FORGED)
    if standing.keys and signer not in standing.keys:
        return NotTaken(Trouble.FOREIGN_KEY if signer else Trouble.UNSIGNED)
    found = document.read(content)
    if not isinstance(found, Provision):
        is_damaged = any(it.kind in _UNREADABLE for it in found)
        return NotTaken(Trouble.UNREADABLE if is_damaged else Trouble.FIELDS, found)
    trouble = _not_for(found, standing)
    if trouble is not None:
        return NotTaken(trouble)
    try:
        settings = settings_with(found, standing.settings)
        parse(settings, "settings", Path("/"))
    except ConfigError as error:
        mistake = Mistake(Kind.SETTINGS, "settings", shown=error.mistakes[0])
        return NotTaken(Trouble.FIELDS, (mistake,))
    return Taken(found, settings, signer)


def settings_with(it: Provision, own: str) -> str:
    """The till's settings: its own, or those that the file brings, with what the file says of shop
    and till laid over. Raises ConfigError where its own cannot be read."""
    text = own or it.settings
    shop = {name: getattr(it.shop, name) for name in _SHOP}
    till: dict[str, Value] = {"number": it.till.number, "name": it.till.name}
    for section, values in (("shop", shop), ("till", till)):
        said = {name: value for name, value in values.items() if value}
        if said:
            text = with_section(text, section, said)
    return text


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _not_for(it: Provision, standing: Standing) -> Trouble | None:
    if it.serial and it.serial != standing.serial:
        return Trouble.OTHER_MACHINE
    if standing.has_sold:
        if not standing.keys:
            return Trouble.SET_UP
        numbers = {it.till.number, standing.number} - {0}
        shops = {it.shop.id, standing.shop} - {""}
        if len(numbers) > 1 or len(shops) > 1:
            return Trouble.OTHER_TILL
    # A copy of an old signed file brings nobody's old password back.
    if standing.keys and standing.made and (it.made is None or it.made <= standing.made):
        return Trouble.OLD
    return None
