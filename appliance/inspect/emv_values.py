"""The values of EMV data elements as lines for people, card numbers shortened."""

from __future__ import annotations

import re
from collections.abc import Callable

from appliance.emv import afl, cvm_list, dol, track2
from appliance.emv.tags import digits
from appliance.inspect.emv_dictionary import UNKNOWN, elements, set_bits, word
from appliance.inspect.fields import printed
from appliance.malformed import Malformed

_FIRST, _LAST = 6, 4
_HEX_PER_LINE = 64
_CARD_NUMBER = re.compile("(?:[0-9][ -]?){12,}[0-9]")
"""As many digits as a card number has. In hex it finds them packed, and in ASCII as well."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def shortened(number: str) -> str:
    """The first six and the last four digits; of a short number the last four."""
    first = _FIRST if len(number) > _FIRST + _LAST + 2 else 0
    return number[:first] + "*" * (len(number) - first - _LAST) + number[-_LAST:]


def harmless(text: str) -> str:
    """The text with everything shortened in it that is as long as a card number."""
    return _CARD_NUMBER.sub(lambda it: it[0] if _is_filler(it[0]) else shortened(it[0]), text)


def _is_filler(run: str) -> bool:
    return not set(run) - {"0"}


def lines(tag: str, value: bytes) -> list[str]:
    """What the element says. The first line is the value; those after it are what it means."""
    kind = elements().get(tag, UNKNOWN).kind
    if kind.startswith("bits "):
        return [printed(value), *set_bits(kind.removeprefix("bits "), value)]
    try:
        return _KINDS.get(kind, _hex)(value)
    except Malformed:
        return [f"not readable, {len(value)} bytes"]


def _hex(value: bytes) -> list[str]:
    text = harmless(printed(value))
    if len(text) <= _HEX_PER_LINE:
        return [text]
    cut = [text[at : at + _HEX_PER_LINE] for at in range(0, len(text), _HEX_PER_LINE)]
    return [f"{len(value)} bytes", *cut]


def plain(text: str) -> str:
    """A card's text for a terminal's window: its controls are not obeyed."""
    return harmless(_CONTROL.sub("?", text))


def aid(value: bytes) -> str:
    """An application's name; in full if it is registered (ISO 7816-5: A, D), however it looks."""
    text = printed(value)
    return text if text.startswith(("A", "D")) else harmless(text)


def _text(value: bytes) -> list[str]:
    return [plain(value.decode("iso-8859-1"))]


def _digits(value: bytes) -> list[str]:
    return [harmless(digits(value))]


def _number(value: bytes) -> list[str]:
    return [harmless(str(int.from_bytes(value, "big")))]


def _pan(value: bytes) -> list[str]:
    return [shortened(digits(value))]


def _size(value: bytes) -> list[str]:
    return [f"{len(value)} bytes"]


def _hidden(value: bytes) -> list[str]:
    return [f"{len(value)} bytes, not shown"]


def _track2(value: bytes) -> list[str]:
    found = track2.read(value)
    return [
        shortened(found.pan),
        f"expires {found.expiry_yymm[2:]}/{found.expiry_yymm[:2]}",
        f"service code {found.service_code}",
        f"{len(found.discretionary)} more digits, not shown",
    ]


def _pairs(separator: str) -> Callable[[bytes], list[str]]:
    def shown(value: bytes) -> list[str]:
        if len(value) != 3 or not digits(value).isdecimal():
            raise Malformed("not three pairs of digits")
        return [separator.join(f"{it:02X}" for it in value)]

    return shown


def _date(value: bytes) -> list[str]:
    (date,) = _pairs("-")(value)
    return [f"{'19' if date >= '50' else '20'}{date}"]


def _single(value: bytes) -> int:
    if len(value) != 1:
        raise Malformed("not one byte")
    return value[0]


def _coded(table: str) -> Callable[[bytes], list[str]]:
    return lambda value: [f"{printed(value)}: {word(table, _single(value))}"]


def _priority(value: bytes) -> list[str]:
    rank = _single(value)
    confirm = ["not without the cardholder's confirmation"] if rank & 0x80 else []
    return [str(rank & 0x0F), *confirm]


def _cid(value: bytes) -> list[str]:
    cid = _single(value)
    told = [f"{cid:02X}: {word('cryptogram', cid & 0xC0)}"]
    if cid & 0x08:
        told.append("advice required")
    if cid & 0x07:
        told.append(word("cryptogram_reason", cid & 0x07))
    return told


def _rule(method: int, condition: int) -> str:
    otherwise = "go on with the next" if method & 0x40 else "fail"
    return (
        f"{word('cvm_method', method & 0x3F)}, {word('cvm_condition', condition)};"
        f" if it does not succeed, {otherwise}"
    )


def _cvm_results(value: bytes) -> list[str]:
    if len(value) != 3:
        raise Malformed("not three bytes")
    method, condition, result = value
    told = word("cvm_result", result)
    return [printed(value), _rule(method, condition), f"result: {told}"]


def cvm_lines(value: bytes) -> list[str]:
    found = cvm_list.read(value)
    rules = [f"{printed(rule)}: {_rule(*rule)}" for rule in found.rules]
    return [f"X = {found.x}, Y = {found.y}", *rules]


def dol_lines(value: bytes) -> list[str]:
    entries = dol.read(value)
    names = [
        f"{tag:<6} {length:3} bytes  {elements().get(tag, UNKNOWN).name}" for tag, length in entries
    ]
    return [f"{len(entries)} elements, {sum(it.length for it in entries)} bytes", *names]


def afl_lines(value: bytes) -> list[str]:
    entries = afl.read(value)
    return [
        f"{len(entries)} files",
        *(
            f"file {it.sfi}: records {it.first} to {it.last}, {it.oda_records} of them signed"
            for it in entries
        ),
    ]


_KINDS: dict[str, Callable[[bytes], list[str]]] = {
    "afl": afl_lines,
    "aid": lambda value: [aid(value)],
    "cid": _cid,
    "cvm_list": cvm_lines,
    "cvm_results": _cvm_results,
    "date": _date,
    "digits": _digits,
    "dol": dol_lines,
    "hidden": _hidden,
    "number": _number,
    "pan": _pan,
    "priority": _priority,
    "size": _size,
    "terminal_type": _coded("terminal_type"),
    "text": _text,
    "time": _pairs(":"),
    "track2": _track2,
    "transaction_type": _coded("transaction_type"),
}
