"""A provisioning file is taken from the FAT onto the data partition, in an order that no power cut hurts.

1. It is judged where it lies.
2. A copy is kept on the data partition, for root alone: `pending.json`.
3. On the FAT it is wiped: secrets lie no longer where every computer reads them.
4. What it says is written where it belongs; each file whole, the settings last of all.
5. `applied.json` says that it is done, and the copy goes.

Before 2 the FAT has the file, after 2 the data partition; 3 to 5 may be done twice.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance import whole_files
from appliance.provision import document, keys, wifi
from appliance.provision.card import USER, Card
from appliance.provision.deeds import Deed, Folder, Keep, Remove, Wipe
from appliance.provision.document import Provision
from appliance.provision.verdict import digest_of, settings_with
from appliance.telemetry import joining, membership


@dataclass(frozen=True, slots=True)
class Pending:
    """content: the file as it was signed. signer: whose key did, b"" for nobody's."""

    content: bytes
    signer: bytes = b""


@dataclass(frozen=True, slots=True)
class Applied:
    """What the file said that was taken last."""

    digest: str = ""
    made: datetime | None = None
    number: int = 0
    shop: str = ""


def copy_deeds(taken: Pending, card: Card) -> list[Deed]:
    content = base64.b64encode(taken.content).decode()
    said = json.dumps({"content": content, "signer": taken.signer.hex()})
    return [Folder(card.pending.parent, 0o700), Keep(card.pending, said.encode())]


def wipe_deeds(names: Iterable[Path]) -> list[Deed]:
    """The signature last: a signed file alone is not taken for an unsigned one after a cut."""
    return [Wipe(it) for it in names]


def apply_deeds(it: Provision, pending: Pending, own: str, card: Card) -> list[Deed]:
    """own: the text of the till's present settings."""
    deeds: list[Deed] = [Folder(card.id)]
    if pending.signer:
        deeds.append(Keep(card.keys, keys.written([pending.signer]), whole_files.EVERYBODY))
    if it.card:
        deeds.append(Keep(card.id / "card", f"{it.card}\n".encode(), whole_files.EVERYBODY))
    deeds += _network_deeds(it.wifi, card)
    deeds += _ssh_deeds(it.ssh, card)
    if zone := it.shop.timezone:
        deeds.append(Keep(card.time_zone, f"{zone}\n".encode(), whole_files.EVERYBODY))
    deeds += _fleet_deeds(it.fleet, card)
    settings = settings_with(it, own)
    if settings:
        deeds.append(Keep(card.settings, settings.encode(), 0o640, USER))
    done = {
        "digest": digest_of(pending.content),
        "card": it.card,
        "made": it.made.isoformat() if it.made else "",
        "by": it.by,
        "number": it.till.number,
        "shop": it.shop.id,
    }
    said = json.dumps(done, ensure_ascii=False).encode() + b"\n"
    return [*deeds, Keep(card.applied, said), Remove(card.pending)]


def read_pending(card: Card) -> Pending | None:
    """Raises OSError; ValueError where the copy is damaged."""
    try:
        said = json.loads(card.pending.read_bytes())
        return Pending(base64.b64decode(said["content"]), bytes.fromhex(said["signer"]))
    except FileNotFoundError:
        return None
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{card.pending}: {error}") from None


def read_applied(card: Card) -> Applied:
    try:
        said = json.loads(card.applied.read_bytes())
        made = datetime.fromisoformat(said["made"]) if said["made"] else None
        return Applied(said["digest"], made, said["number"], said["shop"])
    except (OSError, ValueError, KeyError, TypeError):
        return Applied()


def _network_deeds(it: document.Wifi, card: Card) -> list[Deed]:
    if not it.name:
        return []
    conf = wifi.supplicant_conf(
        it.name, psk=it.psk, password=it.password, hidden=it.hidden, country=it.country
    )
    return [Folder(card.network), Keep(card.network / wifi.FILE, conf.encode())]


def _ssh_deeds(allowed: tuple[str, ...], card: Card) -> list[Deed]:
    if not allowed:
        return []
    lines = "".join(f"{it}\n" for it in allowed)
    # sshd reads it as root, and refuses a folder that others may write to.
    return [Folder(card.ssh, 0o700), Keep(card.ssh / "authorized_keys", lines.encode())]


def _fleet_deeds(it: document.Fleet, card: Card) -> list[Deed]:
    """A till that belongs to a fleet stays in it: the token goes unused."""
    folder = membership.folder_of(card.till)
    if not it.token or (folder / membership.CERTIFICATE).exists():
        return []
    asked = joining.written(it.server, it.token)
    return [
        Folder(card.till, 0o750, USER),
        Folder(folder, 0o700, USER),
        Keep(folder / joining.FILE, asked, whole_files.ONLY_OWNER, USER),
    ]
