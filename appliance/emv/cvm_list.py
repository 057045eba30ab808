"""The list of cardholder verification methods (8E), as a card hands it out."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.malformed import Malformed


@dataclass(frozen=True, slots=True)
class CvmList:
    """x, y: amounts in minor units of the application's currency; rules: method, condition."""

    x: int
    y: int
    rules: tuple[bytes, ...]


def read(cvm: bytes) -> CvmList:
    if len(cvm) < 8 or len(cvm) % 2:
        raise Malformed(f"CVM list: {len(cvm)} bytes are not two amounts and whole rules")
    rules = tuple(cvm[at : at + 2] for at in range(8, len(cvm), 2))
    return CvmList(int.from_bytes(cvm[:4], "big"), int.from_bytes(cvm[4:8], "big"), rules)
