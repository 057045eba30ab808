"""File control information: what a card says of an application that was selected."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.emv import tlv
from appliance.malformed import Malformed


@dataclass(frozen=True, slots=True)
class Listed:
    """An application that a directory names. priority: 1 is the first choice, 0 none."""

    aid: bytes
    label: str | None
    priority: int | None


@dataclass(frozen=True, slots=True)
class Fci:
    df_name: bytes
    label: str | None
    priority: int | None
    pdol: bytes | None
    applications: tuple[Listed, ...]


def read(data: bytes) -> Fci:
    """The answer to SELECT, without its status word. What follows the template 6F is ignored."""
    objects = tlv.read(data)
    if not objects or objects[0].tag != "6F":
        raise Malformed("FCI: no template 6F at the beginning")
    name, proprietary = objects[0].first("84"), objects[0].first("A5")
    if name is None or proprietary is None:
        raise Malformed(f"FCI: no {'84' if name is None else 'A5'} in 6F")
    pdol = proprietary.first("9F38")
    issuer_data = proprietary.first("BF0C")
    return Fci(
        df_name=name.value,
        label=label(proprietary),
        priority=priority(proprietary),
        pdol=None if pdol is None else pdol.value,
        applications=() if issuer_data is None else directory(issuer_data),
    )


def directory(template: tlv.DataObject) -> tuple[Listed, ...]:
    """The entries 61 directly in BF0C, or in the record 70 of a payment system directory."""
    return tuple(_listed(it) for it in template.parts if it.tag == "61")


def label(template: tlv.DataObject) -> str | None:
    found = template.first("50")
    return None if found is None else found.value.decode("iso-8859-1")


def priority(template: tlv.DataObject) -> int | None:
    found = template.first("87")
    if found is None:
        return None
    if len(found.value) != 1:
        raise Malformed(f"FCI: a priority 87 of {len(found.value)} bytes")
    return found.value[0] & 0x0F


def _listed(entry: tlv.DataObject) -> Listed:
    aid = entry.first("4F")
    if aid is None:
        raise Malformed("FCI: an entry 61 without AID 4F")
    return Listed(aid.value, label(entry), priority(entry))
