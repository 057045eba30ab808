"""NFC tags in the air of nfcpy's UDP radio: types 2, 3 and 4, held to a reader and taken away.

The radio is nfcpy's own (`udp:127.0.0.1:PORT`), so that the reader's driver runs whole. nfcpy has
no tag of type 2 or 4: those are ours, from the NFC Forum's Type 2 and Type 4 Tag Operation.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Self

import nfc
import nfc.clf

LISTEN_S = 0.6

SELECTED_BYTES = 10
"""What a reader sends before the first command at least. nfcpy would answer without it, as if it
were the tag that lay there before."""


PIECE_BYTES = 200
"""Of an answer in one block, ISO/IEC 14443-4; readers take 256 with all around it."""


class Tag(ABC):
    """In the field within `with`. uid: its own number."""

    def __init__(self, port: int, uid: bytes) -> None:
        self.uid = uid
        self._port = port
        self._away = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._away.clear()
        self._thread = threading.Thread(target=self._stay, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._away.set()
        if self._thread is not None:
            self._thread.join()

    def _stay(self) -> None:
        frontend = nfc.ContactlessFrontend(f"udp:127.0.0.1:{self._port}")
        try:
            while not self._away.is_set():
                found = frontend.listen(self._target(), timeout=LISTEN_S)
                if found is not None and frontend.device.rcvd_data >= SELECTED_BYTES:
                    self._talk(frontend, self._first(found))
        finally:
            frontend.close()

    def _talk(self, frontend: nfc.ContactlessFrontend, command: bytearray | None) -> None:
        while command is not None and not self._away.is_set():
            answer = self._answer(bytes(command))
            if answer is None:
                return  # silence; the reader has to select it again
            try:
                command = frontend.exchange(answer, timeout=LISTEN_S)
            except nfc.clf.CommunicationError:
                return

    @abstractmethod
    def _target(self) -> nfc.clf.LocalTarget: ...

    @abstractmethod
    def _first(self, found: nfc.clf.LocalTarget) -> bytearray | None: ...

    @abstractmethod
    def _answer(self, command: bytes) -> bytes | None: ...


class Type2Tag(Tag):
    """An NTAG: pages of four bytes. message: NDEF."""

    def __init__(self, port: int, uid: bytes, message: bytes | None) -> None:
        super().__init__(port, uid)
        block = b"" if message is None else b"\x03" + bytes([len(message)]) + message
        block += b"\xfe"
        size = -(-len(block) // 8) * 8 or 8
        capability = bytes((0xE1, 0x10, size // 8, 0x00)) if message is not None else bytes(4)
        head = uid[:3] + b"\x88" + uid[3:7].ljust(4, b"\0") + bytes(4)
        self._memory = head + capability + block.ljust(size + 16, b"\0")

    def _target(self) -> nfc.clf.LocalTarget:
        return nfc.clf.LocalTarget(
            "106A",
            sens_res=bytearray.fromhex("4400"),
            sdd_res=bytearray(self.uid),
            sel_res=bytearray(1),
        )

    def _first(self, found: nfc.clf.LocalTarget) -> bytearray | None:
        return found.tt2_cmd

    def _answer(self, command: bytes) -> bytes | None:
        if command[0] != 0x30:
            return None  # a command that an NTAG does not have is met with silence
        at = command[1] * 4
        return self._memory[at : at + 16].ljust(16, b"\0")


class Type4Tag(Tag):
    """A phone or a Java card behind ISO 14443-4. card: answers commands."""

    def __init__(self, port: int, uid: bytes, card: Callable[[bytes], bytes]) -> None:
        super().__init__(port, uid)
        self._card = card
        self._rest = self._last = b""
        self.commands: list[bytes] = []

    def _target(self) -> nfc.clf.LocalTarget:
        return nfc.clf.LocalTarget(
            "106A",
            sens_res=bytearray.fromhex("4400"),
            sdd_res=bytearray(self.uid),
            sel_res=bytearray([0x20]),
        )

    def _first(self, found: nfc.clf.LocalTarget) -> bytearray | None:
        return found.tt4_cmd

    def _answer(self, command: bytes) -> bytes | None:
        if command[0] == 0xE0:
            self._rest = self._last = b""
            return bytes.fromhex("0578807002")
        if command[0] == 0xC2:
            return b"\xc2"
        if command[0] & 0xF6 == 0xB2 and self._last and self._last[0] & 1 == command[0] & 1:
            return self._last  # the reader has not heard it
        if command[0] & 0xF6 == 0xA2 and self._rest:
            return self._block(command[0] & 1)
        if command[0] & 0xE6 == 0xA2:
            return bytes([0xA2 | (command[0] & 1)])
        if command[0] & 0xC0 == 0:
            self.commands.append(command[1:])
            self._rest = self._card(command[1:])
            return self._block(command[0] & 1)
        return None

    def _block(self, number: int) -> bytes:
        """The next piece of a long answer, chained to the one after it."""
        piece, self._rest = self._rest[:PIECE_BYTES], self._rest[PIECE_BYTES:]
        self._last = bytes([(0x12 if self._rest else 0x02) | number]) + piece
        return self._last


class Type3Tag(Tag):
    """FeliCa, by nfcpy's own emulation of a tag. message: NDEF."""

    def __init__(self, port: int, uid: bytes, message: bytes) -> None:
        super().__init__(port, uid)
        blocks = -(-len(message) // 16)
        head = bytearray(16)
        head[0:3] = (0x10, 4, 1)
        head[3:5] = blocks.to_bytes(2, "big")
        head[11:14] = len(message).to_bytes(3, "big")
        head[14:16] = sum(head[:14]).to_bytes(2, "big")
        self._memory = bytes(head) + message.ljust(blocks * 16, b"\0")

    def _target(self) -> nfc.clf.LocalTarget:
        return nfc.clf.LocalTarget(
            "212F", sensf_res=bytearray(b"\x01" + self.uid + b"\xff" * 8 + b"\x12\xfc")
        )

    def _first(self, found: nfc.clf.LocalTarget) -> bytearray | None:
        return found.tt3_cmd

    def _answer(self, command: bytes) -> bytes | None:
        # nfcpy gives the first command without its length, later ones with it.
        if command[0] == len(command):
            command = command[1:]
        if command[0] == 0x00:  # polling
            return self._framed(b"\x01" + self.uid + b"\xff" * 8 + command[1:3])
        if command[0] == 0x06:  # read without encryption
            at = 10 + 2 * command[9]
            count, wanted = command[at], command[at + 1 :]
            blocks = [wanted[2 * it + 1] for it in range(count)]
            data = b"".join(self._memory[16 * it : 16 * it + 16] for it in blocks)
            if len(data) != 16 * count:
                return self._framed(b"\x07" + self.uid + b"\x01\xa8")
            return self._framed(b"\x07" + self.uid + b"\x00\x00" + bytes([count]) + data)
        return None

    @staticmethod
    def _framed(answer: bytes) -> bytes:
        return bytes([len(answer) + 1]) + answer
