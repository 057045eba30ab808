"""Cards of a shop whose tills ask one ledger: over real HTTP, with the wire cut where it hurts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.refusal import Reason
from appliance.core.view import Tone
from appliance.i18n import translator
from appliance.journal.verify import verify
from appliance.payments.cashdesk import CashDesk
from appliance.payments.stored_value.client import RemoteLedger
from appliance.payments.stored_value.ledger import HELD_MAX_S, LedgerLost, OwnLedger
from appliance.payments.stored_value.port import LedgerPort
from appliance.payments.stored_value.server import LedgerServer
from appliance.payments.stored_value.wire import key_of_shop
from appliance.ui import words
from tests.core.builders import POLICY
from tests.till.builders import Running, open_shift, running
from tests.till.cards import RULES, balance, refused

CODE = "PLASTIC-000001"
PEPPER = b"pepper of the shop"
ALONE = replace(RULES, shared=True, offline_limit_minor=60_00, offline_day_minor=100_00)
SOON_S = 10.0


def told(it: Running) -> str:
    """What the cashier reads."""
    notice = it.till.look.notice
    assert notice is not None
    assert notice.tone is Tone.BAD
    return words.sentence(translator("uk"), notice.key, notice.params, "uk")


class Wire(RemoteLedger):
    """A real client whose cable can be pulled: before the question, or after it was answered."""

    cut_before = False
    cut_after = False

    def _ask(self, path: str, **fields: object) -> dict[str, object]:  # type: ignore[override]
        if self.cut_before:
            raise LedgerLost("pulled")
        told = super()._ask(path, **fields)
        if self.cut_after:
            raise LedgerLost("pulled")
        return told


@dataclass
class Member:
    """A till that asks the hub."""

    it: Running
    wire: Wire

    def settled(self) -> None:
        """Both sides know the same: the port has met the ledger once more."""
        met, passed = threading.Event(), []
        pull = self.wire.pull

        def counted(after: int):
            passed.append(after)
            answer = pull(after)
            if len(passed) >= 3:
                met.set()
            return answer

        self.wire.pull = counted  # type: ignore[method-assign]
        assert met.wait(SOON_S)
        self.wire.pull = pull  # type: ignore[method-assign]
        self.it.does(c.NeverMind())

    def paid(self) -> f.TenderAnswered:
        """How the last question to the ledger ended."""
        answered = threading.Event()
        end = self.it.till.subscribe(
            lambda look: answered.set() if look.pay.asked is None else answered.clear()
        )
        if self.it.till.look.pay.asked is not None:
            assert answered.wait(SOON_S)
        end()
        self.it.does(c.NeverMind())
        journal = self.it.till.journal
        facts = [it.fact for it in journal.records(0, 10_000)]
        return [it for it in facts if isinstance(it, f.TenderAnswered)][-1]

    def redeems(self, amount: int | None = None) -> f.TenderAnswered:
        self.it.does(c.RedeemGiftCard(CODE, amount))
        return self.paid()


@contextmanager
def hub(folder: Path) -> Iterator[tuple[Running, LedgerServer]]:
    folder.mkdir(exist_ok=True)
    policy = replace(POLICY, accounts=RULES)
    with running(folder, policy=policy, pepper=PEPPER) as it:
        own = OwnLedger(
            folder / "journal.db",
            "till-1",
            partial(it.till.ask, actor="till", spoken=False, timeout_s=2.0),
        )
        server = LedgerServer(("127.0.0.1", 0), own, key_of_shop(PEPPER))
        server.start()
        try:
            yield it, server
        finally:
            server.close()
    assert verify(folder / "journal.db", deep=True).ok


@contextmanager
def member(folder: Path, number: int, address: tuple[str, int]) -> Iterator[Member]:
    folder.mkdir(exist_ok=True)
    name = f"till-{number}"
    wire = Wire(address, key_of_shop(PEPPER))
    port = LedgerPort(folder / "journal.db", name, wire, every_s=0.02)
    desk = CashDesk([port], id_of=lambda sale, tender: f"{number}-1-{sale}-{tender}")
    policy = replace(POLICY, accounts=ALONE, till_number=number)
    with running(folder, policy=policy, pepper=PEPPER, name=name, payments=desk) as it:
        port.connect(partial(it.till.ask, actor="till", spoken=False, timeout_s=2.0))
        try:
            yield Member(it, wire)
        finally:
            it.till.stop()
            it.till.close_payments()
    assert verify(folder / "journal.db", deep=True).ok


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Running, Member, Member]]:
    """The hub, which sold a card of 100.00, and two tills that ask it."""
    with (
        hub(tmp_path / "1") as (one, server),
        member(tmp_path / "2", 2, server.address) as two,
        member(tmp_path / "3", 3, server.address) as three,
    ):
        for it in (one, two.it, three.it):
            open_shift(it)
        one.does(c.SellGiftCard(100_00, CODE))
        one.does(c.TenderCash())
        two.settled()
        three.settled()
        yield one, two, three


def moved(it: Running) -> list[f.AccountMoved]:
    records = it.till.journal.records(0, 10_000)
    return [it.fact for it in records if isinstance(it.fact, f.AccountMoved)]


def test_a_card_sold_at_one_till_pays_at_another_and_all_know_what_is_left(
    shop: tuple[Running, Member, Member],
) -> None:
    one, two, three = shop
    two.it.sells("wine")
    answer = two.redeems(70_00)
    assert (answer.outcome, answer.amount_minor) == (f.TenderOutcome.APPROVED, 70_00)
    assert moved(two.it)[-1].held
    two.it.does(c.TenderCash())
    two.settled()
    three.settled()
    assert balance(one, CODE) == balance(two.it, CODE) == balance(three.it, CODE) == 30_00
    assert one.till.journal.ledger.holds() == ()


def test_two_tills_at_once_never_pay_more_than_the_card_holds(
    shop: tuple[Running, Member, Member],
) -> None:
    one, two, three = shop
    for it in (two.it, three.it):
        it.sells("wine")
        it.does(c.RedeemGiftCard(CODE, 80_00))
    paid = sorted(it.paid().amount_minor for it in (two, three))
    assert paid == [20_00, 80_00]
    for it in (two, three):
        it.it.does(c.TenderCash())
        it.settled()
    two.settled()
    assert balance(one, CODE) == balance(two.it, CODE) == balance(three.it, CODE) == 0
    assert one.till.look.accounts.shorts == ()


def test_what_is_set_aside_for_another_till_does_not_pay_at_the_hub(
    shop: tuple[Running, Member, Member],
) -> None:
    one, two, _ = shop
    account = one.till.journal.ledger.accounts()[0].stored.account
    assert two.wire.hold(account, 90_00, "2-1-9-1").amount_minor == 90_00
    assert two.wire.hold(account, 90_00, "2-1-9-1").amount_minor == 90_00
    one.sells("wine")
    assert refused(one, c.RedeemGiftCard(CODE, 20_00)) is Reason.CARD_TOO_LITTLE
    two.wire.release("2-1-9-1")
    two.wire.release("2-1-9-1")
    one.does(c.RedeemGiftCard(CODE, 20_00))
    assert two.wire.hold(account, 10_00, "2-1-9-1").why == "tender_answered"
    two.wire.release("2-1-10-1")
    assert two.wire.hold(account, 10_00, "2-1-10-1").amount_minor == 0


def test_a_till_that_reaches_nobody_pays_up_to_its_allowance_and_settles_later(
    shop: tuple[Running, Member, Member],
) -> None:
    one, two, _ = shop
    two.wire.cut_before = True
    two.it.sells("wine")
    answer = two.redeems(90_00)
    assert (answer.amount_minor, answer.detail) == (60_00, "alone")
    two.it.does(c.TenderCash())
    two.it.sells("wine")
    answer = two.redeems(10_00)
    assert (answer.outcome, answer.detail) == (f.TenderOutcome.DECLINED, "unreachable")
    assert told(two.it) == (
        "Каса, що веде подарункові картки, не відповідає. Візьміть іншу оплату або картку пізніше."
    )
    assert balance(one, CODE) == 100_00
    two.wire.cut_before = False
    two.settled()
    assert balance(one, CODE) == 40_00
    assert two.redeems(10_00).detail == "held"


def test_all_cards_together_have_an_allowance_for_the_day(
    shop: tuple[Running, Member, Member],
) -> None:
    one, two, _ = shop
    one.does(c.SellGiftCard(100_00, "PLASTIC-000002"))
    one.does(c.TenderCash())
    two.settled()
    two.wire.cut_before = True
    two.it.sells("wine")
    assert two.redeems(60_00).amount_minor == 60_00
    two.it.does(c.RedeemGiftCard("PLASTIC-000002", 60_00))
    assert two.paid().amount_minor == 40_00


def test_an_answer_lost_on_the_wire_neither_holds_nor_takes_twice(
    shop: tuple[Running, Member, Member],
) -> None:
    one, two, _ = shop
    two.wire.cut_after = True
    two.it.sells("wine")
    assert two.redeems(50_00).detail == "alone"
    assert one.till.journal.ledger.holds()[0].amount_minor == 50_00
    two.wire.cut_after = False
    two.settled()
    assert one.till.journal.ledger.holds() == ()
    assert balance(one, CODE) == balance(two.it, CODE) == 50_00


def test_a_card_that_two_tills_overspent_alone_is_a_managers_matter_at_each(
    shop: tuple[Running, Member, Member],
) -> None:
    one, two, three = shop
    for it in (two, three):
        it.wire.cut_before = True
        it.it.sells("wine")
        assert it.redeems(60_00).amount_minor == 60_00
        it.it.does(c.TenderCash())
    for it in (two, three):
        it.wire.cut_before = False
        it.settled()
    two.settled()
    for it in (one, two.it, three.it):
        assert [short.short_minor for short in it.till.look.accounts.shorts] == [20_00]
    one.does(c.WriteOffShort(one.till.look.accounts.shorts[0].account, "seen to"), actor="ivan")
    two.settled()
    three.settled()
    for it in (one, two.it, three.it):
        assert it.till.look.accounts.shorts == ()


def test_a_payment_handed_back_is_on_the_same_card_everywhere(
    shop: tuple[Running, Member, Member],
) -> None:
    one, two, _ = shop
    two.it.sells("wine")
    two.redeems(70_00)
    two.it.does(c.VoidTender(1))
    two.settled()
    assert balance(one, CODE) == balance(two.it, CODE) == 100_00


def test_a_card_blocked_at_one_till_pays_nowhere(shop: tuple[Running, Member, Member]) -> None:
    _, two, three = shop
    account = two.it.till.journal.ledger.accounts()[0].stored.account
    two.it.does(c.BlockAccount(account, "lost"), actor="ivan")
    two.settled()
    three.settled()
    assert three.wire.hold(account, 10_00, "3-1-99-1").why == "card_blocked"
    three.it.sells("wine")
    assert refused(three.it, c.RedeemGiftCard(CODE)) is Reason.CARD_BLOCKED
    two.it.does(c.BlockAccount(account, "found", blocked=False), actor="ivan")
    two.settled()
    three.settled()
    assert three.redeems(10_00).detail == "held"


def test_a_till_cut_off_while_it_asked_took_nothing_and_frees_what_was_held(tmp_path: Path) -> None:
    with hub(tmp_path / "1") as (one, server):
        open_shift(one)
        one.does(c.SellGiftCard(100_00, CODE))
        one.does(c.TenderCash())
        with member(tmp_path / "2", 2, server.address) as two:
            open_shift(two.it)
            two.settled()
            two.it.sells("wine")
            asked = threading.Event()

            def silent(account: str, amount_minor: int, key: str) -> object:
                RemoteLedger.hold(two.wire, account, amount_minor, key)
                asked.set()
                two.it.till.stop()
                raise LedgerLost("the plug was pulled")

            two.wire.hold = silent  # type: ignore[method-assign, assignment]
            two.it.does(c.RedeemGiftCard(CODE, 50_00))
            assert asked.wait(SOON_S)
        assert one.till.journal.ledger.holds()[0].amount_minor == 50_00
        with member(tmp_path / "2", 2, server.address) as two:
            answer = two.paid()
            assert (answer.outcome, answer.detail) == (f.TenderOutcome.DECLINED, "restart")
            two.settled()
            assert one.till.journal.ledger.holds() == ()
            assert balance(two.it, CODE) == 100_00


def test_nobody_without_the_shops_key_asks_or_answers(
    shop: tuple[Running, Member, Member],
) -> None:
    one, two, _ = shop
    account = one.till.journal.ledger.accounts()[0].stored.account
    stranger = RemoteLedger(two.wire._address, key_of_shop(b"another shop's"))
    with pytest.raises(LedgerLost, match=r"code-keys\.json"):
        stranger.hold(account, 10_00, "9-1-1-1")
    assert one.till.journal.ledger.holds() == ()


def test_what_a_lost_till_had_set_aside_is_free_after_a_day(
    shop: tuple[Running, Member, Member], tmp_path: Path
) -> None:
    one, two, _ = shop
    account = one.till.journal.ledger.accounts()[0].stored.account
    two.wire.hold(account, 90_00, "2-1-9-1")
    own = OwnLedger(tmp_path / "1" / "journal.db", "till-1", partial(one.till.ask, actor="till"))
    at_s = one.clock.now.timestamp()
    own.sweep(lambda: at_s + HELD_MAX_S - 1)
    assert one.till.journal.ledger.holds() != ()
    own.sweep(lambda: at_s + HELD_MAX_S + 1)
    assert one.till.journal.ledger.holds() == ()
