"""Signing in, locking and allowing on the spot, with real PINs over a real Till."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.config import load
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.devices import Scanned
from appliance.core.policy import Person
from appliance.core.refusal import Reason, Refusal
from appliance.core.view import Look
from appliance.door import Door
from appliance.journal import Journal
from appliance.local_socket import ask
from appliance.people.staff import StaffBook
from appliance.till import Till
from tests.core.builders import POLICY
from tests.till.builders import NAMES, Clock, Hands, Running, shelf

CASHIERS, MANAGERS = "730518", "915264"
PEOPLE = (Person("olena", "Олена"), Person("ivan", "Іван", "manager"))
OVERRIDE = {"command": "override_price", "line": 1, "unit_price_minor": 1000, "reason": "бите"}


@contextmanager
def guarded(folder: Path, clock: Clock | None = None, *, pins: bool = True) -> Iterator[Running]:
    """A till whose staff have PINs, or will get them."""
    clock, hands = clock or Clock(), Hands()
    with (
        shelf(folder) as catalogue,
        Journal.open(folder / "journal.db", "till-1") as journal,
        StaffBook(folder, PEOPLE) as book,
    ):
        if pins and not book.secrets.any:
            book.set_pin("olena", CASHIERS, clock())
            book.set_pin("ivan", MANAGERS, clock())
        policy = replace(POLICY, staff=book.people)
        till = Till(journal, catalogue, policy, NAMES, hands, clock=clock, door=Door(book))  # type: ignore[arg-type]
        till.start()
        try:
            yield Running(till, hands, clock)
        finally:
            till.stop()


def look(it: Running) -> Look:
    """The view after everything asked so far: the Till shows it before it takes the next."""
    it.tries(c.StartEffect(f.EffectId(9_999)), actor="till", spoken=False)
    return it.till.look


def reason(answer: object) -> Reason:
    assert isinstance(answer, Refusal), answer
    return answer.reason


def types(folder: Path) -> list[str]:
    with Journal.open(folder / "journal.db", "till-1") as journal:
        return [record.type for record in journal.records()]


def at_work(it: Running) -> None:
    it.does(c.SignIn("olena", CASHIERS))
    it.does(c.OpenShift(100_00))
    it.sells("milk")


def test_a_till_with_pins_starts_locked_and_opens_to_the_right_one(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        assert look(it).people.locked
        assert reason(it.tries(c.OpenShift(0))) is Reason.LOCKED
        assert reason(it.tries(c.SignIn("olena"))) is Reason.PIN_NEEDED
        assert reason(it.tries(c.SignIn("mallory", CASHIERS))) is Reason.STAFF_UNKNOWN
        assert reason(it.tries(c.SignIn("olena", MANAGERS))) is Reason.PIN_WRONG
        it.does(c.SignIn("olena", CASHIERS))
        assert not look(it).people.locked
        assert look(it).cashier_name == "Олена"


def test_a_locked_till_shows_only_that_there_is_a_basket(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        at_work(it)
        it.does(c.LockTill())
        shown = look(it)
        assert shown.people.locked
        assert shown.people.basket_waits
        assert shown.basket is None
        assert shown.done is None
        assert shown.notice is None
        assert reason(it.tries(c.Scan("4820000000017"))) is Reason.LOCKED
        assert reason(it.tries(c.CheckPrice("4820000000017"))) is Reason.LOCKED
        assert reason(it.tries(c.Approved(OVERRIDE, "ivan", MANAGERS))) is Reason.LOCKED
        it.does(c.SignIn("ivan", MANAGERS))
        basket = look(it).basket
        assert basket is not None
        assert [line.item for line in basket.lines] == ["milk"]
        assert look(it).cashier == "ivan"


def test_what_devices_and_named_programs_tell_still_lands_while_locked(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        at_work(it)
        it.does(c.TenderCash(100_00))
        job = it.hands.printed[0]
        it.does(c.LockTill(idle=True))
        assert it.till.permit(str(job.effect))
        it.does(c.CountStock((f.StockMove("milk", Decimal(5)),), "import"), actor="import")  # type: ignore[arg-type]


def test_a_manager_allows_one_thing_and_both_are_named(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        at_work(it)
        refused = it.tries(c.OverridePrice(f.LineId(1), 1000, "бите"))
        assert reason(refused) is Reason.PERMISSION_NEEDED
        wanted = look(it).people.wanted
        assert wanted is not None
        assert wanted.request == OVERRIDE
        made = it.does(c.Approved(wanted.request, "ivan", MANAGERS))
        assert [record.type for record in made] == ["Overridden", "LinePriceOverridden"]
        assert made[0].fact == f.Overridden(
            "price_override", "olena", "ivan", "OverridePrice", "10 %"
        )
        assert {record.actor for record in made} == {"olena"}
        assert look(it).people.wanted is None
        assert look(it).cashier == "olena"
        refused = it.tries(c.OverridePrice(f.LineId(1), 900, "бите"))
        assert reason(refused) is Reason.PERMISSION_NEEDED


def test_a_wrong_pin_keeps_what_waits_and_a_never_mind_forgets_it(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        at_work(it)
        it.tries(c.OverridePrice(f.LineId(1), 1000, "бите"))
        wrong = it.tries(c.Approved(OVERRIDE, "ivan", CASHIERS))
        assert reason(wrong) is Reason.PIN_WRONG
        assert look(it).people.wanted is not None
        assert reason(it.tries(c.Approved(OVERRIDE, "olena", CASHIERS))) is Reason.APPROVER_MAY_NOT
        assert look(it).people.wanted is not None
        it.does(c.NeverMind())
        assert look(it).people.wanted is None


def test_nobody_signs_in_or_approves_through_an_approval(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        at_work(it)
        for inner in ({"command": "sign_in", "staff": "ivan"}, {"command": "no_such"}, {}):
            answer = it.tries(c.Approved(inner, "ivan", MANAGERS))
            assert reason(answer) is Reason.COMMAND_WRONG
        assert look(it).cashier == "olena"


def test_after_five_wrong_pins_even_the_right_one_waits_and_longer_each_time(
    tmp_path: Path,
) -> None:
    clock = Clock()
    with guarded(tmp_path, clock) as it:
        for left in (4, 3, 2, 1):
            answer = it.tries(c.SignIn("olena", "8024"))
            assert isinstance(answer, Refusal)
            assert answer.params == {"left": str(left)}
        assert reason(it.tries(c.SignIn("olena", "8024"))) is Reason.PIN_WAIT
        assert reason(it.tries(c.SignIn("olena", CASHIERS))) is Reason.PIN_WAIT
    with guarded(tmp_path, clock) as it:  # a restart forgets nothing
        answer = it.tries(c.SignIn("olena", CASHIERS))
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.PIN_WAIT
        assert 0 < int(answer.params["wait"]) <= 31
        clock.move(seconds=31)
        assert reason(it.tries(c.SignIn("olena", "8024"))) is Reason.PIN_WAIT
        clock.move(seconds=31)
        assert reason(it.tries(c.SignIn("olena", CASHIERS))) is Reason.PIN_WAIT  # a minute now
        clock.move(seconds=31)
        it.does(c.SignIn("olena", CASHIERS))
        assert it.till.journal.state.pin_tries == ()


def test_one_pin_tried_with_every_name_waits_too(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        for _ in range(4):
            it.tries(c.SignIn("olena", "8024"))
            it.tries(c.SignIn("ivan", "8024"))
        it.tries(c.SignIn("olena", "8024"))
        assert reason(it.tries(c.SignIn("ivan", "8024"))) is Reason.PIN_WAIT
        assert reason(it.tries(c.SignIn("ivan", MANAGERS))) is Reason.PIN_WAIT


def test_a_clock_set_back_shuts_nobody_out_for_longer_than_the_wait(tmp_path: Path) -> None:
    clock = Clock()
    with guarded(tmp_path, clock) as it:
        for _ in range(5):
            it.tries(c.SignIn("olena", "8024"))
        clock.move(days=-365)
        it.does(c.SignIn("olena", CASHIERS))


def test_a_badge_signs_in_alone_and_allows_what_waits(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        with StaffBook(tmp_path, PEOPLE) as command:
            badge = command.new_badge("ivan", it.clock())
            command.take_tag("olena", "04A2B9C1D2E380", it.clock())
        it.does(c.Scan("04A2B9C1D2E380"))
        assert look(it).cashier == "olena"
        it.does(c.OpenShift(0))
        it.sells("milk")
        it.tries(c.OverridePrice(f.LineId(1), 1000, "бите"))
        made = it.does(c.Scan(badge.text))
        assert [record.type for record in made] == ["Overridden", "LinePriceOverridden"]
        assert look(it).cashier == "olena"
        it.does(c.Scan(badge.text))
        assert look(it).cashier == "ivan"


def test_people_change_at_an_open_basket_and_each_line_bears_its_own_name(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        with StaffBook(tmp_path, PEOPLE) as command:
            command.take_tag("ivan", "04A2B9C1D2E380", it.clock())
        at_work(it)
        it.does(c.Scan("04A2B9C1D2E380"))
        it.sells("bread")
        shown = look(it)
        assert shown.cashier == "ivan"
        assert shown.basket is not None
        assert len(shown.basket.lines) == 2
        rung = [r.actor for r in it.till.journal.records() if isinstance(r.fact, f.LineAdded)]
        assert rung == ["olena", "ivan"]


def test_a_lost_badge_opens_nothing_from_the_moment_it_is_blocked(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        with StaffBook(tmp_path, PEOPLE) as command:
            badge = command.new_badge("olena", it.clock())
            it.does(c.Scan(badge.text))
            it.does(c.LockTill())
            command.block_badge("olena")
        assert reason(it.tries(c.Scan(badge.text))) is Reason.BADGE_UNKNOWN
        assert look(it).people.locked
        it.does(c.SignIn("olena", CASHIERS))  # the PIN still does


def test_another_role_holds_from_the_next_sign_in_or_second_on(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        at_work(it)
        refused = it.tries(c.OverridePrice(f.LineId(1), 1000, "бите"))
        assert reason(refused) is Reason.PERMISSION_NEEDED
        with StaffBook(tmp_path, PEOPLE) as command:
            command.put(Person("olena", "Олена", "manager"))
        it.does(c.LockTill())
        it.does(c.SignIn("olena", CASHIERS))
        it.does(c.OverridePrice(f.LineId(1), 1000, "бите"))


def test_who_is_removed_while_at_the_till_finishes_nothing_that_needs_a_right(
    tmp_path: Path,
) -> None:
    with guarded(tmp_path) as it:
        it.does(c.SignIn("ivan", MANAGERS))
        it.does(c.OpenShift(0))
        it.sells("milk")
        with StaffBook(tmp_path, PEOPLE) as command:
            command.put(Person("petro", "Петро", "manager"))
            command.remove("ivan")
        it.tries(c.SignIn("olena", "8024"))  # the door looks at the list again
        refused = it.tries(c.OverridePrice(f.LineId(1), 1000, "бите"))
        assert reason(refused) is Reason.PERMISSION_NEEDED


def test_two_people_may_have_the_same_pin_and_nobody_is_told(tmp_path: Path) -> None:
    """To refuse it would tell the second what the first one's PIN is."""
    with guarded(tmp_path) as it:
        with StaffBook(tmp_path, PEOPLE) as command:
            command.set_pin("ivan", CASHIERS, it.clock())
        it.does(c.SignIn("ivan", CASHIERS))
        assert look(it).cashier == "ivan"
        it.does(c.SignIn("olena", CASHIERS))
        assert look(it).cashier == "olena"


def test_a_refusal_says_who_may_allow_it(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        at_work(it)
        it.tries(c.OverridePrice(f.LineId(1), 1000, "бите"))
        wanted = look(it).people.wanted
        assert wanted is not None
        assert wanted.by == ("ivan",)
        refused = it.tries(c.Approved(OVERRIDE, "olena", CASHIERS))
        assert reason(refused) is Reason.APPROVER_MAY_NOT


def test_a_badge_is_no_longer_the_name_that_stands_on_it(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        assert reason(it.tries(c.Scan("kram:badge:ivan"))) is Reason.BADGE_UNKNOWN
        assert look(it).people.locked


def test_a_real_scanner_opens_a_locked_till_with_a_badge_and_with_nothing_else(
    tmp_path: Path,
) -> None:
    with guarded(tmp_path) as it:
        with StaffBook(tmp_path, PEOPLE) as command:
            badge = command.new_badge("olena", it.clock())
        it.till.tell(Scanned("scanner", "4820000000017"))
        it.till.tell(Scanned("scanner", badge.text))
        it.does(c.OpenShift(0))
        assert look(it).cashier == "olena"
        assert look(it).basket is None


def test_where_nobody_has_a_pin_names_are_enough_and_nothing_locks(tmp_path: Path) -> None:
    with (
        shelf(tmp_path) as catalogue,
        Journal.open(tmp_path / "journal.db", "till-1") as journal,
        StaffBook(tmp_path, PEOPLE) as book,
    ):
        policy = replace(POLICY, staff=book.people)
        till = Till(journal, catalogue, policy, NAMES, Hands(), door=Door(book))  # type: ignore[arg-type]
        till.start()
        try:
            assert not till.look.people.locked
            assert isinstance(till.ask(c.SignIn("olena")), tuple)
            assert reason(till.ask(c.LockTill())) is Reason.NO_PINS
            assert isinstance(till.ask(c.Scan("kram:badge:ivan")), tuple)
            assert till.look.cashier == "ivan"
        finally:
            till.stop()


def test_whoever_has_no_pin_among_others_who_do_cannot_just_take_the_name(
    tmp_path: Path,
) -> None:
    with guarded(tmp_path) as it:
        with StaffBook(tmp_path, PEOPLE) as command:
            command.put(Person("taras", "Тарас", "manager"))
        assert reason(it.tries(c.SignIn("taras"))) is Reason.PIN_NOT_SET


@pytest.mark.parametrize("secret", [CASHIERS, MANAGERS])
def test_no_file_of_the_till_holds_a_pin(tmp_path: Path, secret: str) -> None:
    with guarded(tmp_path) as it:
        at_work(it)
        it.tries(c.SignIn("olena", "80241357"))
        it.tries(c.OverridePrice(f.LineId(1), 1000, "бите"))
        it.does(c.Approved(OVERRIDE, "ivan", MANAGERS))
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert secret.encode() not in held
    assert b"80241357" not in held


def test_no_text_of_a_request_shows_its_secret() -> None:
    shown = repr(c.SignIn("olena", CASHIERS, "BADGE77")) + repr(c.Approved({}, "i", MANAGERS))
    assert CASHIERS not in shown
    assert MANAGERS not in shown
    assert "BADGE77" not in shown


@pytest.mark.slow
def test_a_killed_till_still_counts_wrong_pins(tmp_path: Path) -> None:
    """Whoever pulls the plug to try on has gained nothing."""
    config = tmp_path / "shop.toml"
    config.write_text(
        '[till]\ndata_dir = "data"\n[[staff]]\nid = "ivan"\nname = "Іван"\nrole = "manager"\n',
        encoding="utf-8",
    )
    with StaffBook(tmp_path / "data", (Person("ivan", "Іван", "manager"),)) as book:
        book.set_pin("ivan", MANAGERS, Clock()())
    socket = load(config).till.socket

    def signs_in(pin: str) -> str:
        deadline = time.monotonic() + 30
        while True:
            try:
                answer = ask(socket, {"command": "sign_in", "staff": "ivan", "pin": pin})
                return str(answer.get("refused") or answer.get("reason") or answer)
            except (OSError, json.JSONDecodeError):
                assert time.monotonic() < deadline, "the till does not answer"
                time.sleep(0.05)  # it is starting; there is nothing to wait on before its socket

    till = [str(Path(sys.executable).with_name("till")), "run", "--no-screen"]
    environment = {**os.environ, "KRAM_CONFIG": str(config)}
    process = subprocess.Popen(till, env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(5):
            signs_in("8024")
        process.kill()
        process.wait()
        process = subprocess.Popen(till, env=environment, stderr=subprocess.DEVNULL)
        assert "pin_wait" in signs_in(MANAGERS)
    finally:
        process.kill()
        process.wait()
