"""The public key that proves the shop's own chip cards: made once, loaded into every till.

Its private half signs the certificates of the cards and never comes near a till. The file is no
secret; whoever could write it could make his own cards genuine, so that only the till may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from appliance.drivers.cards.boundary import FOLDER
from appliance.drivers.cards.ksn import CannotSeal
from appliance.drivers.cards.owner_file import write_for_owner
from appliance.emv.ca_keys import CaKey, checked, checksum
from appliance.emv.recovery import PublicKey
from appliance.malformed import Malformed

RID_BYTES = 5
MODULUS_BYTES = (128, 248)
"""What fits a card's certificates: EMV Book 2, 5.1 has at most 248."""

_EXPIRES = re.compile("[0-9]{6}")

CaKeys = Mapping[tuple[bytes, int], CaKey]


def line_of(rid: bytes, index: int, key: PublicKey, expires: str) -> str:
    """The key as it is carried to a till. expires: YYMMDD."""
    words = (
        rid.hex().upper(),
        f"{index:02X}",
        expires,
        key.modulus.hex().upper(),
        key.exponent.hex().upper(),
        checksum(rid, index, key).hex().upper(),
    )
    return " ".join(words)


def read_line(line: str) -> tuple[bytes, int, CaKey]:
    """Raises Malformed for a line that was cut, mistyped, or is of another key."""
    try:
        first, second, expires, *rest = line.split()
        modulus, exponent, digest = map(bytes.fromhex, rest)
        rid, (index,) = bytes.fromhex(first), bytes.fromhex(second)
    except ValueError:
        raise Malformed(
            "One line is needed: RID, index, YYMMDD, modulus, exponent, checksum."
        ) from None
    least, most = MODULUS_BYTES
    if len(rid) != RID_BYTES or not least <= len(modulus) <= most:
        raise Malformed(f"A RID has {RID_BYTES} bytes, a modulus {least} to {most}.")
    if not _EXPIRES.fullmatch(expires):
        raise Malformed("The key ends on a day YYMMDD.")
    return rid, index, checked(rid, index, PublicKey(modulus, exponent), digest, expires)


def load(data: Path, line: str) -> Path:
    """Puts the key in; the file that now holds it. Raises Malformed and OSError."""
    rid, index, _key = read_line(line)
    path = _folder(data) / f"{rid.hex().upper()}-{index:02X}.ca"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_for_owner(path, " ".join(line.split()) + "\n")
    return path


def keys_of(data: Path, aid: bytes, *, none_will_do: bool = False) -> CaKeys:
    """Those of the shop that issues this application. Raises CannotSeal when there is none."""
    rid = aid[:RID_BYTES]
    found: dict[tuple[bytes, int], CaKey] = {}
    for path in sorted(_folder(data).glob(f"{rid.hex().upper()}-*.ca")):
        try:
            told, index, key = read_line(path.read_text(encoding="ascii"))
        except (OSError, UnicodeDecodeError, Malformed) as error:
            raise CannotSeal(f"{path} is damaged. Load the key again: till card-ca.") from error
        found[told, index] = key
    if not found and not none_will_do:
        raise CannotSeal("This till cannot tell genuine cards. Load their key: till card-ca.")
    return found


def ca_trouble(data: Path, aid: str) -> str:
    """Why no card of this application could be told from a copy, "" when it could."""
    try:
        keys_of(data, bytes.fromhex(aid))
    except CannotSeal as error:
        return str(error)
    except ValueError:
        return f"{aid} is no AID."
    return ""


def _folder(data: Path) -> Path:
    return data / FOLDER
