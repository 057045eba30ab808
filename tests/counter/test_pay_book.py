"""The counter's comparison of journal and ledger: it must see what it is there to see."""

from datetime import UTC, datetime, timedelta

from appliance.core.facts import SaleId, TenderType
from appliance.core.intents import Intent, IntentState, PastIntent
from hw_sim.pay_book import Moved, rows

AT = datetime(2026, 11, 23, 14, 32, tzinfo=UTC)
PORT = "Термінал"


def asked(
    sale: int,
    state: IntentState,
    booked_minor: int = 0,
    *,
    tender: int = 1,
    asked_minor: int = 46_90,
    reverses: int = 0,
    original: str = "",
    reference: str = "",
) -> PastIntent:
    intent = Intent(
        *(SaleId(sale), tender, TenderType.CARD, PORT, asked_minor, state, booked_minor),
        reference=reference,
        original=original,
        reverses=reverses,
    )
    return PastIntent(1, AT + timedelta(seconds=10 * sale + tender), "olena", None, intent)


def charged(sale: int, minor: int = 46_90, tender: int = 1, **more: object) -> Moved:
    at = (AT + timedelta(seconds=10 * sale + tender, milliseconds=300)).timestamp()
    return Moved("payment", minor, at, **more)  # type: ignore[arg-type]


def verdicts(past: list[PastIntent], moved: list[Moved]) -> list[str]:
    return [row.verdict for row in rows(past, {PORT: moved})]


def test_what_was_booked_and_charged_once_agrees() -> None:
    past = [asked(1, IntentState.APPROVED, 46_90), asked(2, IntentState.DECLINED)]
    assert verdicts(past, [charged(1)]) == ["agrees", "agrees"]


def test_a_second_charge_and_a_charge_for_nothing_differ() -> None:
    past = [asked(1, IntentState.APPROVED, 46_90), asked(2, IntentState.DECLINED)]
    twice = rows(past, {PORT: [charged(1), charged(1)]})
    assert [(row.verdict, row.charged) for row in twice] == [("differs", 2), ("agrees", 0)]
    assert verdicts(past, [charged(1), charged(2)]) == ["agrees", "differs"]
    assert verdicts(past, []) == ["differs", "agrees"]
    assert verdicts(past, [charged(1, 47_90)]) == ["differs", "agrees"]


def test_an_unknown_payment_is_open_and_not_a_difference() -> None:
    assert verdicts([asked(1, IntentState.UNKNOWN)], [charged(1)]) == ["open"]


def test_a_payment_that_was_taken_back_agrees_with_its_reversal() -> None:
    paid = asked(1, IntentState.REVERSED, 46_90, reference="42")
    back = asked(
        1, IntentState.APPROVED, -46_90, tender=2, asked_minor=-46_90, reverses=1, original="42"
    )
    assert verdicts([paid, back], [charged(1, reversed=True)]) == ["agrees", "agrees"]
    assert verdicts([paid, back], [charged(1)]) == ["differs", "differs"]


def test_what_somebody_typed_on_the_terminal_is_nobody_s() -> None:
    moved = [charged(1), charged(1, 77_00, by_hand=True)]
    found = rows([asked(1, IntentState.APPROVED, 46_90)], {PORT: moved})
    assert [row.verdict for row in found] == ["agrees", "by_hand"]


def test_a_ledger_that_names_the_payment_is_believed() -> None:
    past = [asked(1, IntentState.APPROVED, 46_90), asked(2, IntentState.CANCELLED)]
    late = charged(9, of="1-1-1-1")
    assert verdicts(past, [late]) == ["agrees", "agrees"]
    assert verdicts(past, [charged(9, of="1-1-7-1")]) == ["differs", "agrees", "differs"]
