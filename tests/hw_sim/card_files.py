"""What our chip cards, phones and tags answer: applications, files and records, by the norm."""

from __future__ import annotations

from collections.abc import Mapping

NDEF_AID = bytes.fromhex("D2760000850101")
PPSE = b"2PAY.SYS.DDF01"
DONE, NOT_FOUND, NO_COMMAND = b"\x90\x00", b"\x6a\x82", b"\x6d\x00"
HEAD = bytes.fromhex("E103")


def tlv(tag: str, *values: bytes) -> bytes:
    value = b"".join(values)
    length = bytes([len(value)]) if len(value) < 0x80 else b"\x81" + bytes([len(value)])
    return bytes.fromhex(tag) + length + value


def fci(aid: bytes, label: str = "", inside: bytes = b"") -> bytes:
    named = tlv("50", label.encode()) if label else b""
    return tlv("6F", tlv("84", aid), tlv("A5", named, inside))


class Card:
    """applications: answer to SELECT by AID. records: by (AID, SFI, number). message: NDEF, as on
    a Type 4 tag. uid: as a contactless PC/SC reader tells it."""

    def __init__(
        self,
        applications: Mapping[bytes, bytes] | None = None,
        records: Mapping[tuple[bytes, int, int], bytes] | None = None,
        message: bytes | None = None,
        uid: bytes = b"",
        read_max: int = 0x3B,
    ) -> None:
        self._applications = dict(applications or {})
        self._records = dict(records or {})
        self._files: dict[bytes, bytes] = {}
        self._uid = uid
        self._selected = b""
        self._file = b""
        if message is not None:
            self._applications[NDEF_AID] = b""
            control = bytes.fromhex("0406E1040FFF00FF")
            self._files[HEAD] = (
                b"\x00\x0f\x20" + read_max.to_bytes(2, "big") + b"\x00\x34" + control
            )
            self._files[b"\xe1\x04"] = len(message).to_bytes(2, "big") + message

    def __call__(self, command: bytes) -> bytes:
        match command[:2]:
            case b"\xff\xca":
                return self._uid + DONE if self._uid else b"\x6a\x81"
            case b"\x00\xa4" if command[2] == 0x04:
                return self._select(command[5 : 5 + command[4]])
            case b"\x00\xa4":
                return self._select_file(command[5 : 5 + command[4]])
            case b"\x00\xb0":
                at = int.from_bytes(command[2:4], "big")
                return self._file[at : at + command[4]] + DONE
            case b"\x00\xb2":
                record = self._records.get((self._selected, command[3] >> 3, command[2]))
                return b"\x6a\x83" if record is None else record + DONE
        return NO_COMMAND

    def _select(self, aid: bytes) -> bytes:
        if aid not in self._applications:
            return NOT_FOUND
        self._selected = aid
        return self._applications[aid] + DONE

    def _select_file(self, file: bytes) -> bytes:
        if self._selected != NDEF_AID or file not in self._files:
            return NOT_FOUND
        self._file = self._files[file]
        return DONE
