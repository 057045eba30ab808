"""The states of a question to a terminal: a table, and what the facts of a day make of it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from appliance.core import codec
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.intents import NEXT, OPEN, TAKEN, Event, Intent, IntentState, replayed, stepped
from appliance.core.policy import PortRule
from appliance.core.state import Tender, TenderStatus
from appliance.core.terminals import batch_of, held_sales, jobs, net, outstanding

from .builders import BREAD, MILK, Bench, add
from .paying import APPROVED, CARD, DECLINED, QR, SHOP, UNKNOWN, open_sale, selling

CANCELLED = f.TenderOutcome.CANCELLED


def intent(bench: Bench, tender: int = 1) -> Intent:
    """Of the first sale."""
    return replayed(bench.facts)[f.SaleId(1), tender]


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    assert set(NEXT) == set(IntentState)
    reached = {IntentState.CREATED, *(end for moves in NEXT.values() for end in moves.values())}
    assert reached == set(IntentState)


def test_every_arrow_of_the_table_is_walked_and_nothing_else_moves() -> None:
    made = Intent(f.SaleId(1), 1, CARD, "terminal", 10_00)
    for state, moves in NEXT.items():
        for event in Event:
            before = Intent(made.sale, 1, CARD, "terminal", 10_00, state)
            assert stepped(before, event).state is moves.get(event, state)


def test_no_answer_makes_an_unknown_payment_sent_again() -> None:
    for state in IntentState:
        again = {IntentState.CREATED, IntentState.SENT} & set(NEXT[state].values())
        assert not again or state is IntentState.CREATED


def test_what_money_moved_for_is_forgotten_by_no_event_but_a_refund() -> None:
    for state in TAKEN:
        assert set(NEXT[state].values()) <= TAKEN | {IntentState.REVERSED}
    assert not NEXT[IntentState.REVERSED]


def test_the_facts_of_a_sale_tell_the_states_of_its_payments() -> None:
    bench = selling()
    bench.does(c.AskTender(QR, 10_00))
    assert intent(bench).state is IntentState.CREATED
    sale = open_sale(bench).sale
    bench.does(c.SendTender(sale, 1, '{"last": "7"}'))
    assert (intent(bench).state, intent(bench).memo) == (IntentState.SENT, '{"last": "7"}')
    bench.does(c.AnswerTender(sale, 1, UNKNOWN, detail="silence"))
    assert (intent(bench).state, intent(bench).detail) == (IntentState.UNKNOWN, "silence")
    bench.does(c.InquireTender(1))
    assert (intent(bench).state, intent(bench).inquired) == (IntentState.UNKNOWN, 1)
    bench.does(c.AnswerTender(sale, 1, APPROVED, 4_00, "RRN1"))
    told = intent(bench)
    assert (told.state, told.amount_minor) == (IntentState.PARTIALLY_APPROVED, 4_00)
    bench.does(c.VoidTender(1), c.AnswerTender(sale, 2, APPROVED, -4_00, "RRN2"))
    assert intent(bench).state is IntentState.REVERSED
    back = intent(bench, 2)
    assert (back.state, back.original, back.reverses) == (IntentState.APPROVED, "RRN1", 1)
    bench.does(c.AskTender(QR), c.CancelTender(3), c.AnswerTender(sale, 3, CANCELLED))
    assert (intent(bench, 3).state, intent(bench, 3).cancel_asked) == (IntentState.CANCELLED, True)
    bench.does(c.AskTender(QR), c.AnswerTender(sale, 4, APPROVED))
    bench.does(c.AskTotals("mono"), c.BookTotals("mono", True, 2, 50_90, 1, 4_00, closed=True))
    assert intent(bench, 4).state is IntentState.SETTLED
    assert intent(bench, 3).state is IntentState.CANCELLED


def test_a_late_approval_is_booked_to_its_own_intent() -> None:
    bench = selling()
    bench.does(c.AskTender(QR))
    sale = open_sale(bench).sale
    bench.does(c.AnswerTender(sale, 1, DECLINED), c.AskTender(QR))
    bench.does(c.AnswerTender(sale, 1, APPROVED, 46_90, "LATE", port="mono"))
    first, second = intent(bench, 1), intent(bench, 2)
    assert (first.state, first.late, first.reference) == (IntentState.APPROVED, True, "LATE")
    assert second.state is IntentState.CREATED
    bench.does(c.AnswerTender(sale, 2, DECLINED), c.CloseStray(sale, 1, "слип", given_back=True))
    assert intent(bench).state is IntentState.REVERSED


def test_a_late_approval_pays_the_basket_that_still_waits_for_it() -> None:
    bench = selling()
    bench.does(c.AskTender(QR))
    sale = open_sale(bench).sale
    bench.does(c.AnswerTender(sale, 1, UNKNOWN), c.ResolveTender(sale, 1, DECLINED, "слип"))
    bench.does(c.SuspendSale("x"), c.AnswerTender(sale, 1, APPROVED))
    assert not bench.state.strays
    bench.does(c.RecallSale(sale), c.Settle())
    assert intent(bench).state is IntentState.APPROVED


def test_an_intent_goes_through_the_journal_s_own_json() -> None:
    bench = selling()
    bench.does(c.AskTender(QR))
    assert codec.from_json(Intent, codec.to_json(intent(bench))) == intent(bench)


WIRED = replace(
    SHOP,
    ports=(PortRule("terminal", CARD, by_hand=False), PortRule("mono", QR, by_hand=False)),
)
numbers = st.sampled_from([1, 2, 3, 1001, 1002])
sales = st.integers(1, 4).map(f.SaleId)
outcomes = st.sampled_from(f.TenderOutcome)
reasons = st.sampled_from(["", "слип"])
parts = st.none() | st.sampled_from([1, 10_00, 24_50])
ports = st.sampled_from(["terminal", "mono"])
wishes = st.one_of(
    st.sampled_from([add(MILK), add(BREAD), c.Settle(), c.TenderCash(), c.VoidSale()]),
    st.builds(c.AskTender, st.sampled_from([CARD, QR]), parts),
    st.builds(c.CancelTender, numbers),
    st.builds(c.SendTender, sales, numbers),
    st.builds(c.InquireTender, numbers, st.none() | sales),
    st.builds(c.VoidTender, numbers),
    st.builds(c.SuspendSale, st.just("x")),
    st.builds(c.RecallSale, sales),
    st.builds(c.ResolveTender, sales, numbers, outcomes, reasons, parts),
    st.builds(c.GiveUpSale),
    st.builds(c.GiveBack, sales, numbers),
    st.builds(c.CloseReversal, sales, numbers, reasons),
    st.builds(c.CloseStray, sales, numbers, reasons, st.booleans()),
    st.builds(c.AcceptTotals, ports, reasons),
)


class AnyTerminal(RuleBasedStateMachine):
    """People and terminals that do and say anything, at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(WIRED)
        self.bench.does(c.OpenShift(1000_00))

    @rule(wish=wishes)
    def a_person_does(self, wish: c.Command) -> None:
        self.bench.tries(wish)

    @rule(outcome=outcomes, share=st.sampled_from([0, 1, 2]))
    def a_terminal_answers(self, outcome: f.TenderOutcome, share: int) -> None:
        for sale, tender in tuple(outstanding(self.bench.state))[:1]:
            amount = None if share == 0 else tender.amount_minor // share or tender.amount_minor
            self.bench.does(c.AnswerTender(sale.sale, tender.tender, outcome, amount))

    @rule(sale=sales, number=numbers, outcome=outcomes, port=ports)
    def a_terminal_speaks_out_of_turn(
        self, sale: f.SaleId, number: int, outcome: f.TenderOutcome, port: str
    ) -> None:
        self.bench.tries(c.AnswerTender(sale, number, outcome, None, port=port))

    @invariant()
    def one_question_at_a_time_is_outstanding_at_a_terminal(self) -> None:
        asked = [tender.port for _, tender in outstanding(self.bench.state)]
        assert len(asked) == len(set(asked))

    @invariant()
    def the_intents_say_what_the_state_says(self) -> None:
        known = replayed(self.bench.facts)
        for sale in held_sales(self.bench.state):
            for tender in sale.tenders:
                if tender.port and not _copied(tender, known.get((sale.sale, tender.tender))):
                    said = known[sale.sale, tender.tender].state
                    assert said in _MEANS[tender.status], (tender, said)

    @invariant()
    def a_terminal_s_sums_are_those_of_the_intents_that_took_money(self) -> None:
        if any(isinstance(it, f.TotalsAccepted | f.PaymentStrayClosed) for it in self.bench.facts):
            return
        moved = dict.fromkeys(("terminal", "mono"), 0)
        for it in replayed(self.bench.facts).values():
            moved[it.port] += it.amount_minor if it.state not in OPEN else 0
        for port, minor in moved.items():
            assert net(batch_of(self.bench.state, port).ours) == minor

    @invariant()
    def what_is_to_go_back_stays_until_it_has_gone(self) -> None:
        wanted = {(it.sale, it.tender) for it in self.facts(f.ReversalWanted)}
        closed = {(it.sale, it.tender) for it in self.facts(f.ReversalClosed)}
        known = replayed(self.bench.facts)
        gone = {
            key for key in wanted if known.get(key) and known[key].state is IntentState.REVERSED
        }
        assert {(sale.sale, it.tender) for sale, it in jobs(self.bench.state)} == (
            wanted - closed - gone
        )

    def facts(self, kind: type) -> list[f.Fact]:
        return [it for it in self.bench.facts if isinstance(it, kind)]


_MEANS = {
    TenderStatus.PENDING: OPEN,
    TenderStatus.UNKNOWN: {IntentState.UNKNOWN},
    TenderStatus.TAKEN: TAKEN | {IntentState.REVERSED},
    # Late, an approval of what was declined is astray, and its intent says so.
    TenderStatus.DECLINED: {IntentState.DECLINED, IntentState.CANCELLED, *TAKEN}
    | {IntentState.REVERSED},
}


def _copied(tender: Tender, known: Intent | None) -> bool:
    """A payment astray that no intent of this journal knows."""
    return known is None and tender.status is TenderStatus.TAKEN


TestAnyTerminal = AnyTerminal.TestCase
TestAnyTerminal.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
