"""What strangers send the till, codec by codec: any bytes end in a value or in Malformed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.core.card_numbers import has_card_number, masked
from appliance.drivers.cards import apdu, ndef, presented
from appliance.emv import afl, cvm_list, dol, fci, response, tlv, track2
from appliance.fleet.bridges import sparkplug_payload
from appliance.inspect.ops import answer
from appliance.malformed import Malformed
from appliance.payments.caisse_ap import message as caisse_ap
from appliance.payments.ecr17 import frames as ecr17
from appliance.payments.nexo import protection as nexo
from appliance.payments.privat import frame as privat
from appliance.payments.stored_value import wire
from appliance.payments.zvt import apdu as zvt_apdu
from appliance.payments.zvt import message as zvt_message
from appliance.payments.zvt import serial_frame as zvt_serial
from appliance.provision import document, keys, partitions
from appliance.qr import epc, mpm, nbu, swiss
from appliance.wire import (
    ack,
    alert,
    batch,
    enrolment,
    firmware,
    health,
    hello,
    keyring,
    release,
    release_keys,
    state,
    topics,
)

QUESTIONS: list[dict[str, Any]] = [
    case["input"]
    for case in json.loads((Path(__file__).parents[1] / "data" / "payments.json").read_text())
]
_NEXO_KEYS = nexo.derive("a pass phrase")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _told(data: bytes) -> str:
    """Text as it comes out of a message that was read."""
    return data.decode("utf-8", "replace")


def _question(data: bytes) -> None:
    """A good question of `till inspect`, with one of its texts changed by the bytes."""
    if len(data) < 3:
        return
    question = dict(QUESTIONS[int.from_bytes(data[:2], "big") % len(QUESTIONS)])
    names = [name for name, value in question.items() if isinstance(value, str) and name != "op"]
    if names:
        name = names[data[2] % len(names)]
        at = data[3] % (len(question[name]) + 1) if len(data) > 3 else 0
        question[name] = question[name][:at] + data[4:].hex() + question[name][at + 1 :]
    assert isinstance(answer(question), dict)


def _raw_question(data: bytes) -> None:
    with contextlib.suppress(ValueError, RecursionError):
        assert isinstance(answer(json.loads(data)), dict)


def _zvt(data: bytes) -> None:
    zvt_message.read(zvt_apdu.read(data))


def _card(data: bytes) -> None:
    """A card that answers with pieces of the bytes, whatever it is asked."""
    left = bytearray(data)

    def transmit(_command: bytes) -> bytes:
        if not left:
            raise apdu.CardGone
        size = 2 + left[0] % 64
        piece, left[:size] = bytes(left[:size]), b""
        return piece

    with contextlib.suppress(apdu.CardGone):
        presented.type4_message(transmit)
        presented.type2_message(transmit)
        presented.is_bank_card(transmit)


def _nexo(data: bytes) -> None:
    secured = wire.read(data)
    nexo.header_of(secured)
    nexo.open_sealed(_NEXO_KEYS, secured)


def _masked(data: bytes) -> None:
    has_card_number(data)
    masked(_text(data))


def _partitions(data: bytes) -> None:
    """The bytes are a whole card, or what stands behind the mark of a GPT."""
    for held in (data, bytes(512) + b"EFI PART" + data):
        with contextlib.suppress(partitions.NoPartitions):
            partitions.read(lambda at, length, held=held: held[at : at + length])


TARGETS: dict[str, Callable[[bytes], object]] = {
    "tlv": lambda data: list(tlv.walk(tlv.read(data))),
    "dol": dol.read,
    "afl": afl.read,
    "cvm_list": cvm_list.read,
    "track2": track2.read,
    "fci": fci.read,
    "response": response.read,
    "zvt": _zvt,
    "zvt_serial": zvt_serial.unwrapped,
    "privat": privat.decode,
    "nexo": _nexo,
    "caisse_ap": lambda data: caisse_ap.decode(_text(data)),
    "ecr17": lambda data: [ecr17.unwrapped(data, mode) for mode in ecr17.MODES],
    "mpm": lambda data: mpm.read(_text(data)),
    "nbu": lambda data: nbu.read(_text(data)),
    "epc": lambda data: epc.read(_text(data)),
    "swiss": lambda data: swiss.read(_text(data)),
    "ndef": lambda data: list(ndef.records(data)),
    "ndef_codes": ndef.codes,
    "card": _card,
    "ledger": lambda data: wire.moves_of(wire.read(data)),
    "batch": batch.decode,
    "ack": ack.decode,
    "hello": hello.decode,
    "till_state": state.decode,
    "till_health": health.decode,
    "till_alert": alert.decode,
    "topic": lambda data: topics.read(_text(data)),
    "till_firmware": firmware.decode,
    "fleet_keys": keyring.read,
    "release_signer": lambda data: release.signer_of(_told(data)),
    "release_roots": lambda data: release_keys.roots_of(_told(data)),
    "enrol_request": enrolment.decode_request,
    "enrol_renewal": enrolment.decode_renewal,
    "enrol_ticket": enrolment.decode_ticket,
    "enrol_answer": enrolment.decode_answer,
    "enrol_token": lambda data: enrolment.read_token(_text(data)),
    "sparkplug": sparkplug_payload.wishes,
    "provision": document.read,
    "provision_keys": keys.read,
    "provision_signature": lambda data: keys.signer(b"file", data),
    "card_partitions": _partitions,
    "masked": _masked,
    "inspect": _question,
    "inspect_json": _raw_question,
}


def survives(name: str, data: bytes) -> None:
    """Raises what is neither an answer nor Malformed."""
    with contextlib.suppress(Malformed):
        TARGETS[name](data)
