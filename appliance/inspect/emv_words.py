"""EMV data objects as a technician reads them: trees and lists in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from appliance.emv import fci, response, tlv, track2
from appliance.inspect import emv_values
from appliance.inspect.emv_dictionary import UNKNOWN, elements, word
from appliance.inspect.fields import as_bytes, printed
from appliance.inspect.table import Word

_INDENT = "    "


def read_hex(text: str) -> bytes:
    """Hexadecimal as people copy it: blanks and colons between the digits do not matter."""
    return as_bytes("".join(text.replace(":", "").split()), "what to read")


def tree(objects: Iterable[tlv.DataObject]) -> Iterator[str]:
    for depth, it in tlv.walk(objects):
        margin = _INDENT * depth
        head = f"{margin}{it.tag}  {elements().get(it.tag, UNKNOWN).name}"
        if it.constructed:
            yield head
            continue
        value, *meaning = emv_values.lines(it.tag, it.value)
        yield f"{head}: {value}".rstrip()
        yield from (f"{margin}{_INDENT}{line}" for line in meaning)


def _tlv(text: str) -> str:
    return "\n".join(tree(tlv.read(read_hex(text)))) or "nothing"


def _response(text: str) -> str:
    """An answer; before it, with a slash between, the command that it answers."""
    command, slash, answer = text.rpartition("/")
    got = response.read(read_hex(answer))
    told = [*tree(got.objects), f"{printed(got.status)}  {_status(got.status)}"]
    format1 = response.format1(read_hex(command), got) if slash else None
    if format1 is not None:
        objects = tlv.read(b"".join(tlv.encode(tag, value) for tag, value in format1.items()))
        told[1:1] = [_INDENT + line for line in tree(objects)]
    elif not slash and [it.tag for it in got.objects] == ["80"]:
        told.append("Put the command and a slash before it to see what is in the 80.")
    return "\n".join(told)


def _status(status: bytes) -> str:
    first, second = status
    match first:
        case 0x61:
            return f"{second} more bytes to be fetched"
        case 0x6C:
            return f"wrong length, {second} is right"
        case 0x63 if second & 0xF0 == 0xC0:
            return f"wrong PIN, {second & 0x0F} tries left"
    return word("status", printed(status))


def _fci(text: str) -> str:
    found = fci.read(read_hex(text))
    told = [_application(found.df_name, found.label, found.priority)]
    if found.pdol is not None:
        told += ["asks for:", *_indented(emv_values.dol_lines(found.pdol)[1:])]
    if found.applications:
        listed = [_application(it.aid, it.label, it.priority) for it in found.applications]
        told += ["lists:", *_indented(listed)]
    return "\n".join(told)


def _application(name: bytes, label: str | None, priority: int | None) -> str:
    text = "" if label is None else f"  {emv_values.plain(label)}"
    return f"{emv_values.aid(name)}{text}" + (
        "" if priority is None else f"  (priority {priority})"
    )


def _track2(text: str) -> str:
    data = read_hex(text)
    track2.read(data)
    return "\n".join(emv_values.lines("57", data))


def _listing(lines: Callable[[bytes], list[str]]) -> Word:
    return lambda text: "\n".join(lines(read_hex(text)))


def _indented(lines: Iterable[str]) -> list[str]:
    return [_INDENT + line for line in lines]


WORDS: dict[str, Word] = {
    "tlv": _tlv,
    "response": _response,
    "fci": _fci,
    "dol": _listing(emv_values.dol_lines),
    "afl": _listing(emv_values.afl_lines),
    "cvm": _listing(emv_values.cvm_lines),
    "track2": _track2,
}
