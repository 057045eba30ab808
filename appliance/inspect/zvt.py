"""ZVT: APDUs, lengths, the serial frame, the stream of a socket."""

from __future__ import annotations

from typing import Any

from appliance.emv.tlv import walk
from appliance.inspect.fields import Fields, as_bytes
from appliance.inspect.table import Op, Word
from appliance.payments.zvt import apdu, lengths, message, serial_frame
from appliance.payments.zvt.texts import CHARSETS


def _hex(value: bytes) -> str:
    return value.hex().upper()


def _message(fields: Fields) -> dict[str, Any]:
    charset = fields.choice("charset", CHARSETS, "cp437")
    whole = apdu.read(fields.hex("hex"))
    it = message.read(whole, charset)
    answer: dict[str, Any] = {
        "control": it.control,
        "length": len(whole.data),
        "bmp": [[f"{tag:02X}", _hex(value)] for tag, value in it.bmps],
        "fields": it.fields,
    }
    if it.container is not None:
        answer["tlv"] = [
            [depth, part.tag, None if part.constructed else _hex(part.value)]
            for depth, part in walk(it.container)
        ]
    return answer


def _length(fields: Fields) -> dict[str, Any]:
    kind = fields.choice("kind", lengths.FORMS)
    if "hex" in fields:
        return {"value": lengths.decoded(kind, fields.hex("hex"))}
    return {"hex": _hex(lengths.encoded(kind, fields.integer("value")))}


def _serial(fields: Fields) -> dict[str, Any]:
    if "frame" in fields:
        return {"apdu": _hex(serial_frame.unwrapped(fields.hex("frame")))}
    return {"frame": _hex(serial_frame.wrapped(fields.hex("apdu")))}


def _stream(fields: Fields) -> dict[str, Any]:
    stream = apdu.Stream()
    chunks = [as_bytes(it, "chunks") for it in fields.items("chunks")]
    apdus = [_hex(whole) for chunk in chunks for whole in stream.feed(chunk)]
    return {"apdus": apdus, "rest": _hex(stream.rest)}


def _in_words(text: str) -> str:
    it = message.read(apdu.read(as_bytes(text.replace(" ", ""), "ZVT")))
    lines = [f"{it.control}  {NAMES.get(it.control, 'not a command that is known here')}"]
    lines += [f"  {name}: {value}" for name, value in it.fields.items()]
    lines += [f"  BMP {tag:02X} {_hex(value)}" for tag, value in it.bmps]
    return "\n".join(lines)


NAMES = {
    "040F": "status information",
    "04FF": "intermediate status",
    "0501": "status enquiry",
    "0600": "registration",
    "0601": "authorisation",
    "0602": "log-off",
    "060F": "completion",
    "061E": "abort",
    "0620": "repeat receipt",
    "0630": "reversal",
    "0631": "refund",
    "0650": "end of day",
    "0670": "diagnosis",
    "0693": "initialisation",
    "06B0": "abort",
    "06D1": "print line",
    "06D3": "print text block",
    "8000": "acknowledged",
}

OPS: dict[str, Op] = {
    "zvt": _message,
    "zvt_length": _length,
    "zvt_serial": _serial,
    "zvt_stream": _stream,
}
WORDS: dict[str, Word] = {"zvt": _in_words}
