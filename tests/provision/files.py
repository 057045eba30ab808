"""Provisioning files, keys and cards to test with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.provision import deeds, document
from appliance.provision.card import FILE, SIGNATURE, Card
from appliance.provision.deeds import Deed
from appliance.provision.document import Fleet, Provision, Shop, Till, Wifi
from appliance.provision.keys import sign
from appliance.wire.enrolment import Token

TOKEN = str(Token("A" * 24, bytes(15)))
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ+mnKMpRZpvHh7dOwSeoSGYaWSRqJ6Ia8Tqk7ZTmxXc olena"
WHOLE = Provision(
    card="C7F3K9QR",
    made=datetime(2026, 11, 29, 12, 0, tzinfo=UTC),
    by="olena",
    shop=Shop(
        id="kyiv-1",
        name="Крамниця «Калина»",
        currency="UAH",
        language="uk",
        timezone="Europe/Kyiv",
        receipt_header=("вул. Садова, 3", "Київ"),
    ),
    till=Till(2, "Каса 2"),
    wifi=Wifi("Калина", password="solovei 1925", country="UA"),
    fleet=Fleet("https://fleet.example:8443", TOKEN),
    ssh=(SSH_KEY,),
)
SERIAL = "10000000a1b2c3d4"


def key(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def card(folder: Path, serial: str = SERIAL) -> Card:
    """A card as a folder; its first partition is never mounted, since it is there already."""
    made = Card(
        data=folder / "data",
        firmware=folder / "firmware",
        config=folder / "config-device",
        data_device=folder / "no-device",
        etc=folder / "etc",
        run=folder / "run",
        tree=folder / "tree",
        sys=folder / "sys",
        built_in=folder / "built-in.pub",
    )
    for place in (made.id, made.firmware, made.etc, made.tree):
        place.mkdir(parents=True)
    made.config.touch()
    (made.tree / "serial-number").write_text(f"{serial}\0")
    (made.id / "machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    return made


def put(card: Card, it: Provision, private: Ed25519PrivateKey | None = None) -> bytes:
    content = document.write(it)
    (card.firmware / FILE).write_bytes(content)
    if private is not None:
        (card.firmware / SIGNATURE).write_bytes(sign(private, content))
    return content


def later(it: Provision, **changes: object) -> Provision:
    assert it.made is not None
    return replace(it, made=it.made.replace(hour=13), **changes)


def do(deed: Deed) -> None:
    """All of it really, but for the commands that only a whole machine has."""
    if not isinstance(deed, deeds.Run | deeds.Name):
        deeds.do(deed)


class Watched:
    """Does each deed, and keeps it."""

    def __init__(self) -> None:
        self.deeds: list[Deed] = []

    def __call__(self, deed: Deed) -> None:
        self.deeds.append(deed)
        do(deed)

    @property
    def ran(self) -> list[tuple[str, ...]]:
        """The commands among them."""
        return [deed.argv for deed in self.deeds if isinstance(deed, deeds.Run)]


def everything(card: Card) -> dict[str, bytes]:
    """Every file of the data partition, by its place."""
    files = (it for it in sorted(card.data.rglob("*")) if it.is_file())
    return {str(it.relative_to(card.data)): it.read_bytes() for it in files}


def on_the_fat(card: Card) -> bytes:
    return b"".join(it.read_bytes() for it in card.firmware.iterdir())
