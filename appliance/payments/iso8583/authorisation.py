"""A card's question to the host, in fields of ISO 8583 and back: field 55, response codes, sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appliance.drivers.cards.chip import Asked
from appliance.emv import tlv
from appliance.emv.engine.terms import HostAnswer
from appliance.malformed import Malformed
from appliance.payments.dialogue import NotSent
from appliance.payments.iso8583.message import Message
from appliance.payments.line import LineLost

APPROVED, IN_PART, UNKNOWN_ORIGINAL = "00", "10", "25"

N_ = str

SAID = {
    "14": N_("The host does not know this card. Take another payment."),
    "41": N_("The card is blocked: it was reported lost. Take another payment."),
    "43": N_("The card is blocked: it was reported stolen. Take another payment."),
    "51": N_("There is not enough money on the card. Take another payment."),
    "54": N_("The card has expired. Take another payment."),
    "61": N_("The card may not pay that much. Take another payment."),
    "62": N_("The card is blocked. Take another payment."),
    "63": N_("The host takes the card for a copy. Take another payment."),
    "91": N_("The host is not ready. Try again in a minute, or take another payment."),
}
"""By field 39, what a cashier can do about it."""


def card_fields(asked: Asked) -> dict[int, str]:
    """62: the sealed number; 55: what the chip says, in hexadecimal digits."""
    card = asked.card
    sealed = (card.cipher, card.ksn.hex(), card.ciphertext.hex(), card.aid)
    fields = {62: "|".join(sealed)}
    if asked.chip:
        fields[55] = asked.chip.hex().upper()
    return fields


def host_answer(message: Message) -> HostAnswer:
    """What the card is told of it. Raises Malformed for a field 55 that is none."""
    try:
        objects = tlv.read(bytes.fromhex(message.get(55)))
    except ValueError as error:
        raise Malformed("ISO 8583: field 55 is not in hexadecimal digits") from error
    proof = tlv.first(objects, "91")
    scripts = b"".join(it.encoded for it in objects if it.tag in ("71", "72"))
    return HostAnswer(message.get(39).encode(), proof.value if proof else b"", scripts)


def approved_minor(message: Message, asked_minor: int) -> int:
    """What the host approved, 0 when it declined. Raises Malformed for more than was asked for."""
    if message.get(39) not in (APPROVED, IN_PART):
        return 0
    amount = int(message.get(4) or asked_minor)
    if not 0 < amount <= asked_minor:
        raise Malformed(f"the host approved {amount} of {asked_minor}")
    return amount


def sentence(code: str) -> str:
    return SAID.get(code, f"response {code}")


class Question:
    """One payment with a card: asked once at most. What went wrong is for after the card's last word."""

    def __init__(self, ask: Callable[[Mapping[int, str]], Message]) -> None:
        self._ask = ask
        self.answer: Message | None = None
        self.failed: Exception | None = None

    def __call__(self, asked: Asked) -> HostAnswer | None:
        try:
            self.answer = self._ask(card_fields(asked))
        except (LineLost, Malformed, NotSent) as error:
            self.failed = error
            return None
        return host_answer(self.answer)
