"""A command of the fleet is in the journal before it is done, is done at most once, and is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.facts import CommandEnd
from appliance.core.refusal import Reason, Refusal
from appliance.telemetry.commands import CommandDesk, DeedFailed, Status
from appliance.telemetry.deeds import Till as TillParts
from appliance.telemetry.deeds import deeds
from appliance.wire.remote_command import TYPES, RemoteCommand
from appliance.wire.trust import Trust
from telemetry.fleet_keys import NOW_MS, SHOP, TILL, Fleet
from tests.till.builders import Running, open_shift, running


@dataclass
class Bench:
    """A running till with its command desk, and a fleet that signs for it."""

    it: Running
    desk: CommandDesk
    fleet: Fleet
    done: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    now: list[Any] = field(default_factory=lambda: [NOW_MS, Trust.NTP])

    def gets(self, payload: bytes) -> list[tuple[str, Any]]:
        told: list[Status] = []
        self.desk.arrived(payload, told.append)
        return [(it.state, it.answer) for it in told]

    def facts(self, *kinds: type) -> list[f.Fact]:
        return [it.fact for it in self.it.till.journal.records() if isinstance(it.fact, kinds)]


@contextmanager
def bench(folder: Path, allowed: tuple[str, ...] = ()) -> Iterator[Bench]:
    with running(folder) as it:
        fleet = Fleet()
        made: Bench
        shown: list[str] = []

        def ask(request: c.Request, id_: str = "") -> Any:
            return it.till.ask(request, actor="till", spoken=False, id=id_)

        def restart() -> None:
            made.done.append("restart")

        def wipe() -> None:
            raise DeedFailed("facts wait to be sent")

        parts = TillParts(
            ask,
            shown.append,
            lambda: [{"subject": "printer", "state": "ready"}],
            lambda count: [f"line {number}" for number in range(count)],
            restart,
            wipe,
            folder / "journal.db",
        )
        desk = CommandDesk(
            TILL,
            SHOP,
            fleet.pinned(folder / "fleet"),
            ask,
            folder / "journal.db",
            deeds(parts),
            lambda: (made.now[0], made.now[1]),
            allowed,
        )
        made = Bench(it, desk, fleet, shown=shown)
        yield made


def test_every_type_of_command_has_a_deed(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        assert b.desk.deeds.keys() == TYPES.keys()


def test_a_command_is_written_down_done_and_answered(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        told = b.gets(b.fleet.command("logs", args={"lines": 2}, reason="Чому стоїть?"))
        assert told == [("running", {}), ("succeeded", {"lines": ["line 0", "line 1"]})]
        received, ended = b.facts(f.FleetCommandReceived, f.FleetCommandEnded)
        assert isinstance(received, f.FleetCommandReceived)
        assert (received.issuer, received.reason) == ("olena", "Чому стоїть?")
        assert isinstance(ended, f.FleetCommandEnded)
        assert ended.end is CommandEnd.SUCCEEDED


def test_the_same_command_again_is_answered_and_not_done_again(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        payload = b.fleet.command("restart")
        first, again = b.gets(payload), b.gets(payload)
        assert first[-1] == again[0] == ("succeeded", {})
        assert b.done == ["restart"]
        assert len(b.facts(f.FleetCommandReceived)) == 1


def test_it_stays_done_after_a_restart_of_the_till(tmp_path: Path) -> None:
    payload = Fleet().command("restart")
    with bench(tmp_path) as b:
        b.gets(payload)
    with bench(tmp_path) as b:
        assert b.gets(payload) == [("succeeded", {})]
        assert b.done == []


def test_what_a_stop_interrupted_is_not_done_again(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.it.does(c.ReceiveFleetCommand("c1", "print_test", "{}", "olena"), actor="till")
        b.it.does(c.ReceiveFleetCommand("c2", "restart", "{}", "olena"), actor="till")
    with bench(tmp_path) as b:
        ends = b.desk.wake(b.it.till.journal.state.fleet_commands)
        assert [(it.id, it.state) for it in ends] == [("c1", "failed"), ("c2", "succeeded")]
        assert b.it.till.journal.state.fleet_commands == ()
        assert b.it.hands.printed == []


@pytest.mark.parametrize(
    ("kind", "changed", "why"),
    [
        ("format_disk", {}, "unknown_type"),
        ("restart", {"expires_ms": NOW_MS}, "expired"),
        ("restart", {"issued_ms": NOW_MS - 90_000_000, "expires_ms": NOW_MS + 1}, "life"),
        ("open_drawer", {"approver": "ira"}, "not_allowed"),
        ("block_card", {"args": {"account": "gc:1"}}, "second_person"),
        ("block_card", {"args": {"account": "gc:1"}, "approver": "olena"}, "second_person"),
    ],
)
def test_what_may_not_be_done_is_rejected_and_written_down(
    tmp_path: Path, kind: str, changed: dict[str, Any], why: str
) -> None:
    with bench(tmp_path) as b:
        assert b.gets(b.fleet.command(kind, **changed)) == [("rejected", {"error": why})]
        ended = b.facts(f.FleetCommandEnded)[0]
        assert isinstance(ended, f.FleetCommandEnded)
        assert ended.end is CommandEnd.REJECTED


def test_a_till_that_does_not_know_the_time_does_nothing_that_expires(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.now[1] = Trust.UNKNOWN
        assert b.gets(b.fleet.command("restart")) == [("rejected", {"error": "clock"})]


def test_no_money_moves_by_a_time_that_came_over_the_same_wire(tmp_path: Path) -> None:
    with bench(tmp_path, allowed=("open_drawer",)) as b:
        b.now[1] = Trust.FLEET
        drawer = b.fleet.command("open_drawer", id="a", approver="ira", reason="x")
        assert b.gets(drawer) == [("rejected", {"error": "clock"})]
        assert b.gets(b.fleet.command("restart", id="b"))[-1][0] == "succeeded"


def test_a_drawer_opens_where_the_shop_allows_it_and_two_people_want_it(tmp_path: Path) -> None:
    with bench(tmp_path, allowed=("open_drawer",)) as b:
        open_shift(b.it)
        payload = b.fleet.command("open_drawer", approver="ira", reason="Ключ зламано")
        assert b.gets(payload)[-1] == ("succeeded", {})
        assert b.gets(payload) == [("succeeded", {})]
        kicked = [pulse.cause for pulse in b.it.hands.kicked]
        assert kicked.count(f.DrawerCause.NO_SALE) == 1
        opened = b.facts(f.DrawerOpened)[-1]
        assert isinstance(opened, f.DrawerOpened)
        assert opened.reason == "Ключ зламано"


def test_a_refusal_of_the_till_is_the_answer(tmp_path: Path) -> None:
    with bench(tmp_path, allowed=("open_drawer",)) as b:
        told = b.gets(b.fleet.command("open_drawer", approver="ira", reason="x"))
        assert told[-1] == ("failed", {"error": "no_shift"})


def test_words_of_the_office_are_shown_and_printed(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        told = b.gets(b.fleet.command("message", args={"text": "Зачиняємо о 18", "print": True}))
        assert told[-1][0] == "succeeded"
        assert b.shown == ["Зачиняємо о 18"]
        assert [job.slip.partition(":")[0] for job in b.it.hands.printed] == ["fleet"]


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("logs", {"lines": 0}),
        ("logs", {"lines": "many"}),
        ("report", {"report": "secrets"}),
        ("report", {"report": "z", "z": -1}),
        ("message", {"text": ""}),
        ("message", {"text": "x" * 161}),
    ],
)
def test_arguments_that_make_no_sense_fail_with_a_sentence(
    tmp_path: Path, kind: str, args: dict[str, Any]
) -> None:
    with bench(tmp_path) as b:
        state, answer = b.gets(b.fleet.command(kind, args=args))[-1]
        assert state == "failed"
        assert answer["error"]


def test_a_report_is_what_the_till_reports(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        open_shift(b.it)
        state, answer = b.gets(b.fleet.command("report", args={"report": "x"}))[-1]
        assert state == "succeeded"
        assert answer["report"]["shift"] == 1


Spoiled = Callable[[Fleet], bytes]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda fleet: fleet.command("restart", to={"till": "01JDSOMEBODYELSE0000000000"}),
        lambda fleet: fleet.command("restart", to={"shop": "shop-2"}),
        lambda fleet: fleet.command("restart", to={}),
        lambda fleet: fleet.command("restart").replace(b"restart", b"lock"),
        lambda fleet: fleet.command("restart").replace(TILL.encode(), TILL[:-1].encode() + b"1"),
        lambda fleet: fleet.signs({"kind": "command"}),
        lambda _: b"{",
        lambda _: b"",
    ],
)
def test_what_is_no_command_to_this_till_leaves_no_fact(tmp_path: Path, spoil: Spoiled) -> None:
    with bench(tmp_path) as b:
        assert b.gets(spoil(b.fleet)) == []
        assert b.facts(f.FleetCommandReceived) == []
        assert b.desk.refused == 1


def test_a_fleet_that_changed_its_key_is_believed_and_the_oldest_key_no_more(
    tmp_path: Path,
) -> None:
    with bench(tmp_path) as b:
        old = b.fleet.command("restart", id="a")
        assert b.desk.keys.renew(b.fleet.rotate())
        assert b.gets(b.fleet.command("restart", id="b"))[-1][0] == "succeeded"
        assert b.desk.keys.renew(b.fleet.rotate())
        assert b.gets(old) == []
        assert not b.desk.keys.renew((tmp_path / "fleet" / "fleet.pub").read_bytes())


def test_a_command_to_the_whole_shop_is_for_its_tills(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        assert b.gets(b.fleet.command("lock", to={"shop": SHOP}))[-1][0] in {"succeeded", "failed"}


def test_a_person_cannot_give_the_links_commands(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        open_shift(b.it)
        answer = b.it.tries(c.ReceiveFleetCommand("x", "restart", "{}", "olena"))
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.FLEET_ONLY


def test_a_deed_that_breaks_is_an_end_too(tmp_path: Path) -> None:
    with bench(tmp_path) as b:

        def broken(_: RemoteCommand) -> Any:
            raise ZeroDivisionError

        b.desk.deeds = {**b.desk.deeds, "diagnose": broken}
        assert b.gets(b.fleet.command("diagnose"))[-1][0] == "failed"
        assert b.it.till.journal.state.fleet_commands == ()
