"""A chip card for an EMV engine to talk to, and the issuer behind it: bytes in, bytes out.

RSA signatures are real (emv_keys); cryptograms are those of `secret`, or else HMAC-SHA256 cut to
eight bytes under a key that card and issuer share, as a closed loop may have it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar

from appliance.emv import dol, tlv
from appliance.emv.ca_keys import CaKey
from appliance.emv.engine.terms import CardLost, GoOnline, HostAnswer
from appliance.emv.recovery import PublicKey
from hw_sim import emv_keys
from hw_sim.emv_secrets import Secret

AID = bytes.fromhex("F04B52414D0101")
RID = AID[:5]
CA_INDEX = 0x01
CA = emv_keys.key(144, name="sim ca")
ISSUER = emv_keys.key(136, name="sim issuer")
CARD = emv_keys.key(128, 3, "sim card")

CDOL1 = bytes.fromhex("9F02069F03069F1A0295055F2A029A039C019F3704")
CDOL2 = bytes.fromhex("8A02910A9505")
PDOL = bytes.fromhex("9F66049F02065F2A029F3704")
SECRET = b"closed loop card"

AAC, TC, ARQC = 0x00, 0x40, 0x80

SDA, DDA, CDA, CVM, ISSUER_AUTH = 0x40, 0x20, 0x01, 0x10, 0x04


def ca_keys() -> dict[tuple[bytes, int], CaKey]:
    return {(RID, CA_INDEX): CaKey(PublicKey(CA.modulus, CA.exponent), "351231")}


def cryptogram(kind: int, atc: int, data: bytes) -> bytes:
    covered = bytes([kind]) + atc.to_bytes(2, "big") + data
    return hmac.digest(SECRET, covered, "sha256")[:8]


def response_cryptogram(request: bytes, code: bytes) -> bytes:
    return hmac.digest(SECRET, request + code, "sha256")[:8]


@dataclass
class EmvCard:
    """decide: which cryptogram it gives for which it was asked for; the books let it only worsen.

    answers: by the first bytes of a command, what comes instead of the right answer. lost_at: the
    number of the command before which it is taken away.
    """

    pan: str = emv_keys.PAN
    profile: int = CDA | CVM
    label: str = "KRAM CARD"
    applications: tuple[tuple[bytes, int], ...] = ((AID, 0x01),)
    has_pse: bool = True
    format1: bool = False
    fast: bool = False
    pdol: bytes = b""
    cvm_list: str = "00000000000000001F00"
    pin: str = "1234"
    extra: dict[str, str] = field(default_factory=dict)
    decide: Callable[[int], int] = lambda asked: asked
    answers: dict[str, str] = field(default_factory=dict)
    lost_at: int | None = None
    atc: int = 0
    last_online: int = 0
    tries: int = 3
    seen: list[bytes] = field(default_factory=list)
    scripts: list[bytes] = field(default_factory=list)
    issuer_trusted: bool = False
    key: emv_keys.Key = CARD
    secret: Secret | None = None
    strict: bool = False
    """It confirms nothing that its issuer did not prove."""
    tamper: Callable[[bytes], bytes] = lambda answer: answer
    """What becomes of the answer to GENERATE AC on its way."""

    _occurrence: int = 0
    _selected: bool = False
    _pdol_data: bytes = b""
    _sent: list[bytes] = field(default_factory=list)
    _request: bytes = b""

    def transmit(self, command: bytes) -> bytes:
        if self.lost_at is not None and len(self.seen) >= self.lost_at:
            raise CardLost
        self.seen.append(command)
        for head, instead in self.answers.items():
            if command.hex().upper().startswith(head):
                return bytes.fromhex(instead)
        answer = self._by_instruction.get(command[:2], type(self)._unknown)(self, command)
        return self.tamper(answer) if command[:2] == b"\x80\xae" else answer

    @property
    def asked(self) -> list[str]:
        """The commands' first bytes, in order."""
        return [it[:2].hex().upper() for it in self.seen]

    # -- commands ------------------------------------------------------------------------------

    def _select(self, command: bytes) -> bytes:
        name = command[5 : 5 + command[4]]
        if name == b"1PAY.SYS.DDF01" and self.has_pse:
            return _done(_fci(name, tlv.encode("88", b"\x01")))
        if name == b"2PAY.SYS.DDF01" and self.has_pse:
            return _done(_fci(name, tlv.encode("BF0C", self._entries())))
        matching = [aid for aid, _ in self.applications if aid.startswith(name)]
        place = 0
        if command[3] == 0x02:
            place = self._occurrence + 1
        self._occurrence = place
        if place >= len(matching):
            return b"\x6a\x82"
        proprietary = tlv.encode("50", self.label.encode()) + tlv.encode("87", b"\x01")
        if self.pdol:
            proprietary += tlv.encode("9F38", self.pdol)
        self._selected = True
        return _done(_fci(matching[place], proprietary))

    def _entries(self) -> bytes:
        return b"".join(
            tlv.encode("61", tlv.encode("4F", aid) + tlv.encode("87", bytes([priority])))
            for aid, priority in self.applications
        )

    def _start(self, command: bytes) -> bytes:
        self.atc += 1
        self._sent.clear()
        self.issuer_trusted = False
        self._pdol_data = command[7 : 7 + command[6]]
        profile = bytes([self.profile, 0x00])
        locator = bytes.fromhex("0801010108020200")
        if self.fast:
            return _done(tlv.encode("77", self._fast(profile)))
        if self.format1:
            return _done(tlv.encode("80", profile + locator))
        return _done(tlv.encode("77", tlv.encode("82", profile) + tlv.encode("94", locator)))

    def _fast(self, profile: bytes) -> bytes:
        asked = self._pdol(self._pdol_data)
        kind = self.decide(ARQC if asked["9F66"][1] & 0x80 else TC)
        covered = b"".join(value for tag, value in asked.items() if tag != "9F66")
        own = bytes.fromhex("01A1B2C3D4")
        challenge = asked["9F37"] + asked["9F02"] + asked["5F2A"] + own
        signature = emv_keys.dynamic_signature(self.key, bytes.fromhex("0401020304"), challenge)
        return b"".join(
            (
                tlv.encode("82", profile),
                tlv.encode("94", bytes.fromhex("0801010108020200")),
                tlv.encode("9F27", bytes([kind])),
                tlv.encode("9F36", self.atc.to_bytes(2, "big")),
                tlv.encode("9F26", self._cryptogram(kind, covered)),
                tlv.encode("9F10", bytes.fromhex("0601")),
                tlv.encode("9F4B", signature),
                tlv.encode("9F69", own),
            )
        )

    def _pdol(self, data: bytes) -> dict[str, bytes]:
        values, at = {}, 0
        for tag, length in dol.read(self.pdol):
            values[tag] = data[at : at + length]
            at += length
        return values

    def _read(self, command: bytes) -> bytes:
        sfi, number = command[3] >> 3, command[2]
        if not self._selected:
            return _done(tlv.encode("70", self._entries())) if number == 1 else b"\x6a\x83"
        records = {(1, 1): self.static_record, (1, 2): self._open_record()}
        found = records.get((sfi, number))
        return b"\x6a\x83" if found is None else _done(tlv.encode("70", found))

    @property
    def static_record(self) -> bytes:
        elements = {"5A": self.pan, "5F24": "301231", "5F34": "01", "9F4A": "82", **self.extra}
        return b"".join(tlv.encode(tag, bytes.fromhex(it)) for tag, it in elements.items() if it)

    def _open_record(self) -> bytes:
        signed = self.static_record + bytes([self.profile, 0x00])
        by_ca, by_issuer, static = _certificates(signed, self.pan)
        elements = {
            "8C": CDOL1,
            "8D": CDOL2,
            "8E": bytes.fromhex(self.cvm_list),
            "8F": bytes([CA_INDEX]),
            "90": by_ca.certificate,
            "92": by_ca.remainder,
            "9F32": ISSUER.exponent,
            "93": static,
            "9F46": by_issuer.certificate,
            "9F47": CARD.exponent,
            "9F48": by_issuer.remainder,
        }
        return b"".join(tlv.encode(tag, it) for tag, it in elements.items())

    def _sign(self, command: bytes) -> bytes:
        challenge = command[5 : 5 + command[4]]
        signature = emv_keys.dynamic_signature(self.key, bytes.fromhex("0401020304"), challenge)
        if self.format1:
            return _done(tlv.encode("80", signature))
        return _done(tlv.encode("77", tlv.encode("9F4B", signature)))

    def _generate(self, command: bytes) -> bytes:
        data = command[5 : 5 + command[4]]
        kind = self.decide(command[2] & 0xC0)
        if self.strict and self._sent and not self.issuer_trusted:
            kind = AAC
        self._sent.append(data)
        told = {"9F27": bytes([kind]), "9F36": self.atc.to_bytes(2, "big")}
        ac = self._cryptogram(kind, data)
        if kind == ARQC:
            self._request = ac
        if command[2] & 0x10 and kind != AAC:
            body = b"".join(tlv.encode(tag, value) for tag, value in told.items())
            issuer_data = tlv.encode("9F10", bytes.fromhex("0601"))
            covered = self._pdol_data + b"".join(self._sent) + body + issuer_data
            dynamic = bytes.fromhex("0401020304") + bytes([kind]) + ac
            dynamic += hashlib.sha1(covered).digest()
            signature = emv_keys.dynamic_signature(self.key, dynamic, self._sent[0][-4:])
            return _done(tlv.encode("77", body + tlv.encode("9F4B", signature) + issuer_data))
        if self.format1:
            return _done(tlv.encode("80", told["9F27"] + told["9F36"] + ac + b"\x06\x01"))
        told |= {"9F26": ac, "9F10": b"\x06\x01"}
        body = b"".join(tlv.encode(tag, value) for tag, value in told.items())
        return _done(tlv.encode("77", body))

    def _cryptogram(self, kind: int, data: bytes) -> bytes:
        made = self.secret.cryptogram if self.secret else cryptogram
        return made(kind, self.atc, data)

    def _authenticate_issuer(self, command: bytes) -> bytes:
        data = command[5 : 5 + command[4]]
        expected = response_cryptogram(self._request, data[8:])
        if self.secret:
            expected = self.secret.response(self._request, data[8:], self.atc)
        self.issuer_trusted = data[:8] == expected
        return b"\x90\x00" if self.issuer_trusted else b"\x63\x00"

    def _verify(self, command: bytes) -> bytes:
        block = bytes.fromhex(f"2{len(self.pin)}{self.pin}".ljust(16, "F"))
        if self.tries == 0:
            return b"\x69\x83"
        self.tries = 3 if command[5:] == block else self.tries - 1
        return b"\x90\x00" if command[5:] == block else bytes([0x63, 0xC0 | self.tries])

    def _get_data(self, command: bytes) -> bytes:
        counters = {b"\x9f\x36": self.atc, b"\x9f\x13": self.last_online}
        value = counters[command[2:4]].to_bytes(2, "big")
        return _done(tlv.encode(command[2:4].hex(), value))

    def _script(self, command: bytes) -> bytes:
        self.scripts.append(command)
        return b"\x90\x00"

    def _unknown(self, command: bytes) -> bytes:
        return b"\x6d\x00"

    _by_instruction: ClassVar = {
        b"\x00\xa4": _select,
        b"\x80\xa8": _start,
        b"\x00\xb2": _read,
        b"\x00\x88": _sign,
        b"\x80\xae": _generate,
        b"\x00\x82": _authenticate_issuer,
        b"\x00\x20": _verify,
        b"\x80\xca": _get_data,
        b"\x84\x24": _script,
    }


@dataclass
class Issuer:
    """Checks what the engine sends it, and answers."""

    code: bytes = b"00"
    scripts: bytes = b""
    lies: bool = False
    asked: list[GoOnline] = field(default_factory=list)

    def authorise(self, question: GoOnline) -> HostAnswer | None:
        self.asked.append(question)
        tags = question.tags
        data = dol.fill(dol.read(CDOL1), tags)
        request = cryptogram(ARQC, int.from_bytes(tags["9F36"], "big"), data)
        assert request == tags["9F26"], "this cryptogram is not the card's"
        proof = bytes(8) if self.lies else response_cryptogram(request, self.code)
        return HostAnswer(self.code, proof + self.code, self.scripts)


@cache
def _certificates(signed: bytes, pan: str) -> tuple[emv_keys.Certified, emv_keys.Certified, bytes]:
    return (
        emv_keys.issuer_certificate(CA, ISSUER, expiry_mmyy="1230"),
        emv_keys.card_certificate(ISSUER, CARD, signed, pan),
        emv_keys.static_signature(ISSUER, signed),
    )


def _fci(name: bytes, proprietary: bytes) -> bytes:
    return tlv.encode("6F", tlv.encode("84", name) + tlv.encode("A5", proprietary))


def _done(body: bytes) -> bytes:
    return body + b"\x90\x00"
