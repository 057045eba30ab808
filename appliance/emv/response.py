"""A card's answer: data objects and the status word, in both formats that EMV allows."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.emv import tlv
from appliance.malformed import Malformed

DONE = b"\x90\x00"


@dataclass(frozen=True, slots=True)
class Response:
    """body: all before the status word, as it came."""

    status: bytes
    objects: tuple[tlv.DataObject, ...]
    body: bytes


def read(answer: bytes) -> Response:
    if len(answer) < 2:
        raise Malformed("A card's answer without status word")
    return Response(answer[-2:], tlv.read(answer[:-2]), answer[:-2])


def format1(command: bytes, response: Response) -> dict[str, bytes] | None:
    """What a primitive answer 80 holds, by tag; None where this command or answer has none."""
    if len(response.objects) != 1 or response.objects[0].tag != "80":
        return None
    value = response.objects[0].value
    match command[:2]:
        case b"\x80\xa8":
            if len(value) < 6 or len(value) % 4 != 2:
                raise Malformed("GET PROCESSING OPTIONS: not an AIP and entries of an AFL")
            return {"82": value[:2], "94": value[2:]}
        case b"\x80\xae":
            if len(value) < 11:
                raise Malformed("GENERATE AC: not a CID, an ATC and a cryptogram")
            issuer_data = {"9F10": value[11:]} if value[11:] else {}
            return {"9F27": value[:1], "9F36": value[1:3], "9F26": value[3:11], **issuer_data}
        case b"\x00\x88":
            return {"9F4B": value}
    return None
