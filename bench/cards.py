"""Cards: a whole contactless payment without the card's own time, and card data in bulk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from appliance.emv.engine import contactless
from appliance.emv.engine.run import run
from appliance.emv.engine.terms import Application, Outcome, Purchase, Terminal
from bench.pricing import _batch
from bench.row import Row, percentile
from hw_sim.emv_card import AID, CDA, PDOL, EmvCard, ca_keys

LIMIT_MS = 40.0

_TAGS = {
    "9F09": "0001",
    "9F1A": "0804",
    "9F1B": "00002710",
    "9F33": "E0B8C8",
    "9F35": "22",
    "9F40": "F000F0A001",
}
_LENIENT = {"9F0D": "0000000000", "9F0E": "0000000000", "9F0F": "0000000000"}
_DIRECTORY = "A52550074B52414D2D49448701829F38069F02069F3704BF0C0D610B4F06F04B52414D02870103"
_MESSAGES = (
    f"6F308407F04B52414D0001{_DIRECTORY}",
    "00E10E9F0201090000DF8101024B52E200005F2A8200020980",
    "77149F2701809F360200019F2608A1B2C3D4E5F60708",
)


def rows(payments: int, messages: int, folder: Path) -> list[Row]:
    samples = [_payment_ms(number) for number in range(payments)]
    return [
        Row(
            "contactless payment with CDA, without the card's own time, p99",
            percentile(samples, 99),
            "ms",
            "limit",
            LIMIT_MS,
            f"at most {LIMIT_MS:.0f} ms",
            samples=tuple(samples),
        ),
        _batch("inspect", 20_000, "TLV messages", folder, _questions(messages)),
    ]


def _payment_ms(number: int) -> float:
    tags = {tag: bytes.fromhex(value) for tag, value in _TAGS.items()}
    terminal = Terminal(tags, (Application(AID[:5]),), ca_keys())
    purchase = Purchase(1234, "0980", "261123", number.to_bytes(4, "big"))
    card = EmvCard(profile=CDA, pdol=PDOL, extra=_LENIENT)
    its_own_s = 0.0

    def transmit(command: bytes) -> bytes:
        nonlocal its_own_s
        began = time.perf_counter()
        answer = card.transmit(command)
        its_own_s += time.perf_counter() - began
        return answer

    began = time.perf_counter()
    finished = run(contactless.transaction(terminal, purchase), transmit)
    took_s = time.perf_counter() - began - its_own_s
    assert finished.outcome is Outcome.APPROVED
    return took_s * 1000


def _questions(count: int) -> Iterator[object]:
    for number in range(count):
        yield {"op": "tlv", "hex": _MESSAGES[number % len(_MESSAGES)]}
