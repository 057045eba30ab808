"""The inbox as it happens: pushed when something changes; streams are bounded for each person."""

from __future__ import annotations

import contextlib

import pytest

from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.console import STREAMS_EACH
from fleet.console.guest import NOW_MS, Guest, console_over, person
from fleet.console.test_commands import HERE, THERE
from fleet.console.test_commands import fleet as fleet_with_two_shops
from fleet.members import Fleet

fleet = fleet_with_two_shops


@pytest.fixture
def live(fleet: Fleet, clock, host):
    made = console_over(fleet.store, clock)
    host.show(made)
    person(made, "olena", Role.OPERATOR)
    person(made, "west", Role.OPERATOR, "region:West")
    yield made
    made.close()


@pytest.fixture
def guests(live, host):
    found = {login: Guest(host.address) for login in ("olena", "west")}
    for login, it in found.items():
        it.log_in(login)
    yield found
    for it in found.values():
        it.client.close()


def opened(fleet: Fleet, id_: str, rule: str, shop: str, till: str) -> None:
    with fleet.store.transaction() as tx:
        tx.run(
            "INSERT INTO alert (id, rule, tenant, shop, till, severity, opened_ms, detail)"
            " VALUES (:id, :rule, 'kram', :shop, :till, 'critical', :now, '{}')",
            id=id_, rule=rule, shop=shop, till=till, now=NOW_MS - 60_000,
        )  # fmt: skip


class Inbox:
    """What a page with the inbox open is told."""

    def __init__(self, answer) -> None:
        self._lines = answer.iter_lines()

    def event(self) -> str:
        """The next one; its lines together."""
        told: list[str] = []
        for line in self._lines:
            if line.startswith("data: "):
                told.append(line.removeprefix("data: "))
            elif told and not line:
                return "\n".join(told)
        raise AssertionError("the stream ended")


def test_what_opens_is_answered_and_is_over_is_told_at_once(live, guests, fleet):
    with guests["olena"].client.stream("GET", "/alerts/stream", timeout=20) as answer:
        inbox = Inbox(answer)
        assert "Nothing needs you" in inbox.event()
        opened(fleet, "a1", "cloned", "lviv", HERE)
        live.news.tell(("alerts",))
        assert "SD card was copied" in inbox.event()
        guests["west"].get("/alerts")
        guests["west"].post("/alerts", {"deed": "acknowledge", "alert": "a1"})
        assert "taken by west" in inbox.event()
        guests["west"].post("/alerts", {"deed": "mute", "alert": "a1"})
        assert "Silent for now" in inbox.event()
        guests["west"].post("/alerts", {"deed": "close", "alert": "a1"})
        assert "SD card was copied" not in inbox.event()


def test_nobody_is_told_of_a_shop_that_is_not_theirs(live, guests, fleet):
    with guests["west"].client.stream("GET", "/alerts/stream", timeout=20) as answer:
        inbox = Inbox(answer)
        inbox.event()
        opened(fleet, "a1", "gap", "kyiv", THERE)
        opened(fleet, "a2", "cloned", "lviv", HERE)
        live.news.tell(("alerts",))
        told = inbox.event()
        assert "SD card was copied" in told
        assert "Facts are missing" not in told


def test_so_many_live_pages_of_one_person_and_the_next_is_told_so(live, guests):
    with contextlib.ExitStack() as open_pages:
        inboxes = []
        for _ in range(STREAMS_EACH):
            stream = guests["olena"].client.stream("GET", "/alerts/stream", timeout=20)
            inboxes.append(Inbox(open_pages.enter_context(stream)))
            inboxes[-1].event()
        more = guests["olena"].client.get("/alerts/stream", timeout=20).text
        assert "event: full\ndata: Too many live pages are open." in more
        assert "retry: 20000" in more
        with guests["west"].client.stream("GET", "/alerts/stream", timeout=20) as answer:
            assert "Nothing needs you" in Inbox(answer).event(), "others are not held up"


def test_a_page_that_was_closed_makes_room(live):
    room = live.streams
    assert all(room.enter("olena") for _ in range(STREAMS_EACH))
    assert not room.enter("olena")
    room.leave("olena")
    assert room.enter("olena")
