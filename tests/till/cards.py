"""A till that sells cards and knows customers, and what its cards are worth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from appliance.codes.keys import load_or_make
from appliance.codes.seeded import seeded_code
from appliance.core import commands as c
from appliance.core.account_rules import AccountRules, LoyaltyRules, Tier
from appliance.core.barcode.own import OwnKind
from appliance.core.refusal import Reason, Refusal
from appliance.journal.verify import verify
from appliance.people.customers import Customer, CustomerBook
from tests.core.builders import POLICY
from tests.till.builders import Running, open_shift, running

RULES = AccountRules(
    voucher_months=12,
    loyalty=LoyaltyRules(
        points=1, step_minor=10_00, value_minor=10, tiers=(Tier("Silver", 500_00, "silver"),)
    ),
)


@contextmanager
def selling_cards(folder: Path, book: CustomerBook) -> Iterator[Running]:
    """With an open shift; its journal is verified at the end."""
    policy = replace(POLICY, accounts=RULES)
    with running(folder, policy=policy, customers=book, pepper=load_or_make(folder).pepper) as it:
        open_shift(it)
        yield it
    verdict = verify(folder / "journal.db", deep=True)
    assert verdict.ok, verdict


def refused(it: Running, request: c.Request) -> Reason:
    answer = it.tries(request)
    assert isinstance(answer, Refusal), f"{request} was accepted: {answer}"
    return answer.reason


def sold_card(it: Running, amount_minor: int = 500_00) -> str:
    """The code of a card that the till made, as its slip shows it."""
    it.does(c.SellGiftCard(amount_minor))
    it.does(c.TenderCash())
    return printed_code(it)


def printed_code(it: Running) -> str:
    slips = [job.slip for job in it.till.journal.state.effects if getattr(job, "slip", "")]
    _, kind, _, seed = slips[-1].split(":")
    own = OwnKind.GIFT_CARD if kind == "gc" else OwnKind.VOUCHER
    return seeded_code(own, seed, it.till._intake.pepper).text


def balance(it: Running, code: str) -> int:
    it.does(c.CheckCard(code))
    assert it.till.look.accounts.card is not None
    return it.till.look.accounts.card.balance


def customer(book: CustomerBook, **more: object) -> Customer:
    return book.add(Customer("", "Марія Коваленко", "067 123-45-67", **more))  # type: ignore[arg-type]
