"""The host of a shop's own cards: accounts, an ISO 8583 switch, and the base key of every reader.

Its messages are read and written by pyiso8583, cryptograms are checked and answered by pyemv, MACs
by psec (TDES), not by the product's code; it makes every key from the base derivation key alone.
"""

from __future__ import annotations

import copy
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import iso8583
import pydukpt
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from iso8583.specs import default_ascii
from psec.mac import generate_retail_mac
from pyemv import ac, kd

from appliance.drivers.cards import ca_key
from appliance.dukpt import aes, tdes
from appliance.emv.recovery import PublicKey
from appliance.emv.tlv import read as tlv_objects
from hw_sim import emv_card, emv_keys, emv_secrets
from hw_sim.card_files import Card, fci, tlv
from hw_sim.certificates import Certificate
from hw_sim.terminal import Charge, Link, Temper, Terminal

BDK = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
AID = bytes.fromhex("F04B52414D01")
CA_LINE = ca_key.line_of(
    emv_card.RID,
    emv_card.CA_INDEX,
    PublicKey(emv_card.CA.modulus, emv_card.CA.exponent),
    "351231",
)
"""What a till has to load to tell its cards from copies."""
PAN = "9804000000000010"
TICK_S = 0.01

SPEC = copy.deepcopy(default_ascii)
for _bitmap in ("p", "1"):
    SPEC[_bitmap]["data_enc"] = "b"
for _field in ("64", "128"):
    SPEC[_field].update(data_enc="b", max_len=8)

Identity = tuple[str, str, str]


COVERED = "9F02 9F03 9F1A 95 5F2A 9A 9C 9F37 82 9F36 9F10".split()
"""Of field 55, what a card's cryptogram is made of."""

PROFILE = emv_card.CDA | emv_card.CVM | emv_card.ISSUER_AUTH


def chip_card(pan: str = PAN, **more: Any) -> emv_card.EmvCard:
    """A card as the shop hands it out, with a key pair and a secret of its own."""
    profile = more.setdefault("profile", PROFILE)
    secret = emv_secrets.of_card(pan, "01", profile)
    return emv_card.EmvCard(**{"pan": pan, "secret": secret, "strict": True, **more})


def copied_card(**more: Any) -> emv_card.EmvCard:
    """All that can be read of a card, with keys of whoever copied it."""
    other = emv_keys.key(128, 3, "forger")
    return chip_card(key=other, secret=emv_secrets.Secret(b"forged master ky", b"\0\0"), **more)


def card(pan: str = PAN) -> Card:
    """A static card: number and expiry in its one record."""
    track = bytes.fromhex(f"{pan}D2912201".ljust(32, "0"))
    return Card(
        {AID: fci(AID, "Kram card")},
        {(AID, 1, 1): tlv("70", tlv("57", track), tlv("5F24", bytes.fromhex("291231")))},
    )


def opened(sealed: str) -> bytes:
    """Card data, from field 62."""
    cipher, ksn, data, _aid = sealed.split("|")
    number = bytes.fromhex(ksn)
    if cipher == "tdes":
        old = tdes.Serial.read(number)
        made = tdes.transaction_key(tdes.initial_key(BDK, old), old)
        key = tdes.data_key_request(made)
        done = Cipher(TripleDES(key + key[:8]), modes.CBC(bytes(8))).decryptor()
    else:
        new = aes.Serial.read(number)
        made = aes.derivation_key(aes.initial_key(BDK, new), new)
        key = aes.working_key(made, new, aes.Usage.DATA_ENCRYPTION, aes.KeyType.AES128)
        done = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).decryptor()
    return done.update(bytes.fromhex(data)) + done.finalize()


@dataclass
class ClosedLoopHost(Terminal):
    """confirms: it takes reversals; ksns: every serial number seen, in order; static: it takes cards
    without a chip; scripts: for the next card; chips: every field 55 that it found right. asked_for:
    the till's own number of each payment in the ledger, by its reference."""

    confirms: bool = True
    static: bool = False
    scripts: bytes = b""
    arpc: Callable[[bytes], bytes] = lambda proof: proof
    """What becomes of its own proof on the way."""
    chips: list[dict[str, bytes]] = field(default_factory=list)
    macs: bool = False
    """Every message has to carry a right MAC."""
    shown: Certificate | None = None
    """TLS with this certificate."""
    garble: Callable[[bytes], bytes] = lambda data: data
    """What becomes of its answers on the wire."""
    _counters: dict[bytes, int] = field(default_factory=dict)
    ksns: list[str] = field(default_factory=list)
    asked_for: dict[str, str] = field(default_factory=dict)
    _by_identity: dict[Identity, str] = field(default_factory=dict)
    _opened_batch: int = 0
    _ahead: bytes = b""
    """What arrived while it pondered."""

    def wrap(self, wire: socket.socket) -> socket.socket:
        if self.shown is None:
            return wire
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.shown.path)
        wire.settimeout(5)
        return context.wrap_socket(wire, server_side=True)

    def serve(self, link: Link) -> None:
        buffer, self._ahead = b"", b""
        while not self.stopping:
            data = link.receive(TICK_S)
            if data is None:
                return
            buffer += data
            while len(buffer) >= 2 and len(buffer) - 2 >= int.from_bytes(buffer[:2], "big"):
                size = int.from_bytes(buffer[:2], "big")
                asked, _ = iso8583.decode(buffer[2 : 2 + size], SPEC)
                if self.macs and not _is_proven(buffer[2 : 2 + size], asked):
                    return
                buffer = buffer[2 + size :]
                self.heard.append(asked["t"])
                if not self._answers(link, asked):
                    return
                buffer, self._ahead = buffer + self._ahead, b""

    def _answers(self, link: Link, asked: dict[str, str]) -> bool:
        match asked["t"]:
            case "0200":
                return self._moves(link, asked)
            case "0400" | "0401":
                self._takes_back(link, asked)
            case "0500":
                self._counts(link, asked)
            case _:
                self._say(link, asked, "00")
        return True

    def _moves(self, link: Link, asked: dict[str, str]) -> bool:
        temper = self.temper(int(asked["4"]))
        if temper.mood == "wait":
            if not self._presented(link):
                self.show("ready")
                return False
            temper = self.taken_up(temper)
        if temper.mood == "silent":
            return True
        if temper.mood in ("decline", "cancel", "busy"):
            self.show("declined")
            self._say(link, asked, "91" if temper.mood == "busy" else "51")
            return True
        refused = self._refused(asked)
        if refused:
            self._say(link, asked, refused)
            return True
        made = self._booked(asked, temper)
        if made is None:
            self._say(link, asked, "14")
        elif temper.mood != "charge_silently":
            part = made.amount_minor < int(asked["4"])
            self._say(
                link,
                asked,
                "10" if part else "00",
                {
                    "4": f"{made.amount_minor:012d}",
                    "37": made.reference.rjust(12, "0"),
                    **self._to_the_card(asked, "10" if part else "00"),
                },
            )
        return True

    def _refused(self, asked: dict[str, str]) -> str:
        """Why a card's question is not even looked into, "" for none."""
        if "62" not in asked:
            return ""
        if "55" not in asked:
            return "" if self.static else "63"
        found = {it.tag: it.value for it in tlv_objects(bytes.fromhex(asked["55"]))}
        number = opened(asked["62"])
        counter = int.from_bytes(found["9F36"], "big")
        if counter <= self._counters.get(number, 0) or self._cryptogram(asked) != found["9F26"]:
            return "63"
        if int(found["9F02"].hex()) != int(asked["4"]):
            return "63"
        self._counters[number] = counter
        self.chips.append(found)
        return ""

    def _cryptogram(self, asked: dict[str, str]) -> bytes:
        found = {it.tag: it.value for it in tlv_objects(bytes.fromhex(asked["55"]))}
        covered = b"".join(found[tag] for tag in COVERED)
        return bytes(ac.generate_ac(_session_key(asked), covered, ac.PaddingType.EMV))

    def _to_the_card(self, asked: dict[str, str], code: str) -> dict[str, str]:
        """Field 55 of an answer: the issuer's proof, and scripts."""
        if "55" not in asked:
            return {}
        key = _session_key(asked)
        proof = ac.generate_arpc_1(key, self._cryptogram(asked), code.encode())
        said = tlv("91", self.arpc(proof) + code.encode()) + self.scripts
        return {"55": said.hex().upper()}

    def _booked(self, asked: dict[str, str], temper: Temper) -> Charge | None:
        refund = asked["3"] == "200000"
        if "62" in asked:
            self.ksns.append(asked["62"].split("|")[1])
            if bytes.fromhex(PAN) not in opened(asked["62"]):
                return None
        elif not refund or not any(
            it.reference == asked.get("37", "").lstrip("0").rjust(6, "0") for it in self.ledger
        ):
            return None
        amount = temper.amount_minor or int(asked["4"])
        made = self.charge("refund" if refund else "payment", amount)
        self._by_identity[_identity(asked)] = made.reference
        self.asked_for[made.reference] = asked.get("48", "").strip()
        return made

    def _takes_back(self, link: Link, asked: dict[str, str]) -> None:
        if not self.confirms:
            self._say(link, asked, "96")
            return
        first = asked["90"]
        reference = self._by_identity.get((asked["41"], first[4:10], first[10:20]), "")
        known = self.reverse(reference) or any(it.reference == reference for it in self.ledger)
        self._say(link, asked, "00" if known else "25")

    def _counts(self, link: Link, asked: dict[str, str]) -> None:
        live = [it for it in self.ledger[self._opened_batch :] if not it.reversed]
        told: dict[str, str] = {}
        for kind, number, amount in (("refund", "74", "86"), ("payment", "76", "88")):
            mine = [it.amount_minor for it in live if it.kind == kind]
            told |= {number: f"{len(mine):010d}", amount: f"{sum(mine):016d}"}
        if asked["3"] == "920000":
            self._opened_batch = len(self.ledger)
        self._say(link, asked, "00", told)

    def _presented(self, link: Link) -> bool:
        """It ponders for as long as the till is there."""
        while not self.stopping:
            if self.presented.wait(TICK_S):
                return True
            heard = link.receive(TICK_S)
            if heard is None:
                return False
            self._ahead += heard
        return False

    def _say(
        self, link: Link, asked: dict[str, str], code: str, more: dict[str, str] | None = None
    ) -> None:
        mti = asked["t"][:2] + str(int(asked["t"][2]) + 1) + "0"
        same: dict[str, str] = {
            it: asked[it] for it in ("3", "4", "7", "11", "41", "42", "49") if it in asked
        }
        said = {"t": mti, **same, **(more or {}), "39": code}
        if "63" in asked:
            said["128" if max(int(it) for it in said if it != "t") > 64 else "64"] = "00" * 8
        raw = bytes(iso8583.encode(said, SPEC)[0])
        if "63" in asked:
            raw = raw[:-8] + _mac(asked["63"], raw[:-8], response=True)
        link.send(len(raw).to_bytes(2, "big") + self.garble(raw))


def _is_proven(raw: bytes, asked: dict[str, str]) -> bool:
    last = asked.get("128") or asked.get("64")
    return "63" in asked and bytes.fromhex(last or "") == _mac(asked["63"], raw[:-8])


def _mac(named: str, data: bytes, *, response: bool = False) -> bytes:
    cipher, ksn = named.split("|")
    number = bytes.fromhex(ksn)
    if cipher == "tdes":
        made = pydukpt.derive_key(pydukpt.derive_ipek(BDK, number), number)
        variant = pydukpt.mac_response_key if response else pydukpt.mac_request_key
        key = variant(made)
        return generate_retail_mac(key[:8], key[8:], data, 1)
    serial = aes.Serial.read(number)
    derived = aes.derivation_key(aes.initial_key(BDK, serial), serial)
    usage = aes.Usage.MAC_VERIFICATION if response else aes.Usage.MAC_GENERATION
    done = CMAC(algorithms.AES(aes.working_key(derived, serial, usage, aes.KeyType.AES128)))
    done.update(data)
    return done.finalize()[:8]


def _session_key(asked: dict[str, str]) -> bytes:
    number = {it.tag: it.value for it in tlv_objects(opened(asked["62"]))}
    found = {it.tag: it.value for it in tlv_objects(bytes.fromhex(asked["55"]))}
    master = kd.derive_icc_mk_a(
        emv_secrets.ISSUER_MASTER_KEY, number["5A"].hex(), number["5F34"].hex()
    )
    return bytes(kd.derive_common_sk(master, found["9F36"] + bytes(6)))


def _identity(asked: dict[str, str]) -> Identity:
    return asked["41"], asked["11"], asked["7"]
