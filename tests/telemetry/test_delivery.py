"""The delivery machine over a wire that loses, doubles and reorders: everything arrives, once."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.telemetry import delivery as d
from appliance.telemetry.delivery import Delivery, End, Heard
from appliance.wire.ack import Ack


class Fleet:
    """What the fleet has, and the contiguous cursor it tells; facts are numbers here."""

    def __init__(self) -> None:
        self.have: dict[int, set[int]] = {}

    def upto(self, epoch: int) -> int:
        held = self.have.get(epoch, set())
        return next(at for at in range(len(held) + 1) if at + 1 not in held)

    def cursor(self, ends: tuple[End, ...]) -> tuple[int, int]:
        for end in ends[:-1]:
            if (upto := self.upto(end.epoch)) < end.last:
                return end.epoch, upto
        return ends[-1].epoch, self.upto(ends[-1].epoch)


class World:
    """A till and a fleet with a bad wire between them, all by one chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.now_s = 0.0
        self.till = Delivery()
        self.fleet = Fleet()
        old = [End(epoch, chance.randint(0, 700)) for epoch in range(1, chance.randint(1, 3))]
        self.ends = (*old, End(len(old) + 1 + chance.randint(0, 2), chance.randint(0, 3000)))
        self.up: list[tuple[int, int, int]] = []
        self.hellos: list[str] = []
        self.down: list[Ack] = []
        self.most_under_way = 0
        self.till.holds(self.ends, 0.0)

    def step(self, *, fair: bool) -> None:
        self.now_s += self.chance.choice([0.0, 0.1, 1.0, 5.0])
        if not fair:
            self.suffer()
        if not self.till.hello:
            self.till.connected(f"s{self.now_s}", self.now_s)
        if self.till.wants_hello(self.now_s):
            self.till.said_hello(self.now_s)
            self.hellos.append(self.till.hello)
        self.send()
        self.carry(fair=fair)

    def suffer(self) -> None:
        dice = self.chance.random()
        if dice < 0.05:
            self.cut()
        elif dice < 0.07:
            self.go_back_to_a_backup()
        elif dice < 0.09:
            self.till = Delivery()  # the till was killed; its journal stays
            self.cut()
        elif dice < 0.4:
            self.sell()

    def sell(self) -> None:
        *old, newest = self.ends
        self.ends = (*old, End(newest.epoch, newest.last + self.chance.randint(1, 30)))
        self.till.holds(self.ends, self.now_s, hurry=self.chance.random() < 0.5)

    def cut(self) -> None:
        self.till.lost()
        self.up, self.down, self.hellos = [], [], []
        self.till.holds(self.ends, self.now_s)

    def go_back_to_a_backup(self) -> None:
        """The fleet's database was restored: every till is cut off, as its collector was."""
        for epoch, held in self.fleet.have.items():
            upto = self.chance.randint(0, max(held, default=0))
            self.fleet.have[epoch] = {it for it in held if it <= upto}
        self.cut()

    def send(self) -> None:
        while wish := self.till.wish(self.now_s):
            assert self.till.greeted
            last = min(wish.first + wish.most - 1, wish.first + self.chance.randint(0, 600))
            end = next(it for it in self.ends if it.epoch == wish.epoch)
            assert 1 <= wish.first <= last <= end.last, "only durable facts leave the till"
            self.till.sent(wish, last, self.now_s)
            self.up.append((wish.epoch, wish.first, last))
            self.most_under_way = max(self.most_under_way, self.till.under_way)

    def carry(self, *, fair: bool) -> None:
        """Some of what is on the wire arrives: in any order, perhaps twice, perhaps never."""
        chance = self.chance
        if not fair:
            chance.shuffle(self.up)
            chance.shuffle(self.down)
        for hello in self.hellos:
            if fair or chance.random() < 0.8:
                self.down.append(Ack(*self.fleet.cursor(self.ends), hello=hello))
        for epoch, first, last in self.up:
            if fair or chance.random() < 0.8:
                self.fleet.have.setdefault(epoch, set()).update(range(first, last + 1))
                window = 200 if fair else chance.choice([0, 10, 200, 5000])
                pause_s = 0 if fair else chance.choice([0, 0, 7])
                upto = self.fleet.upto(epoch)
                again = upto + 1 if last > upto else None  # past a hole it asks for what is missing
                got = (first, last)
                self.down.append(Ack(epoch, upto, window, pause_s, got, replay_from=again))
        self.up, self.hellos = [], []
        left = 0 if fair else chance.randint(0, 2)
        while len(self.down) > left:
            ack = self.down.pop(0)
            for _ in range(1 if fair else chance.choice([0, 1, 1, 2])):
                self.till.heard(ack, self.now_s)
                assert (self.till.epoch, self.till.acked) <= self.fleet.cursor(self.ends)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_over_the_worst_wire_everything_arrives_and_little_is_held(seed: int) -> None:
    world = World(Random(seed))
    for _ in range(60):
        world.step(fair=False)
    for _ in range(1500):
        if world.till.greeted and not world.till.unacknowledged:
            break
        world.step(fair=True)
    assert world.till.unacknowledged == 0
    for end in world.ends:
        assert world.fleet.have.get(end.epoch, set()) >= set(range(1, end.last + 1))
    assert world.most_under_way <= d.LIVE_WINDOW + d.BACKFILL_WINDOW


def greeted(last: int, upto: int = 0, *, epoch: int = 1, ends: tuple[End, ...] = ()) -> Delivery:
    till = Delivery()
    till.holds(ends or (End(epoch, last),), 0.0)
    till.connected("s", 0.0)
    assert till.heard(Ack(epoch, upto, hello=till.hello), 0.0) is Heard.TAKEN
    return till


def flown(till: Delivery, now_s: float = 0.0) -> list[tuple[str, int, int]]:
    """Everything that may be sent now, sent."""
    gone = []
    while wish := till.wish(now_s):
        till.sent(wish, wish.first + wish.most - 1, now_s)
        gone.append((wish.lane.value, wish.first, wish.first + wish.most - 1))
    return gone


def test_nothing_is_sent_before_the_fleet_said_how_far_it_is() -> None:
    till = Delivery()
    till.holds([End(1, 50)], 0.0, hurry=True)
    assert till.wish(0.0) is None
    till.connected("s", 0.0)
    assert till.wants_hello(0.0)
    till.said_hello(0.0)
    assert not till.wants_hello(2.9)
    assert till.wants_hello(3.0)
    assert till.wish(1.0) is None
    assert till.heard(Ack(1, 20, hello="another"), 1.0) is Heard.STALE
    assert till.wish(1.0) is None
    till.heard(Ack(1, 20, hello=till.hello), 1.0)
    assert flown(till, 1.0) == [("ev", 21, 50)]


def test_a_moments_facts_go_live_and_a_weeks_go_beside_them() -> None:
    assert flown(greeted(200)) == [("ev", 1, 200)]
    till = greeted(5000)
    till.heard(Ack(1, 0, window=5000), 0.0)
    assert flown(till) == [("backfill", 1, 500), ("backfill", 501, 1000)]
    till.holds([End(1, 5003)], 1.0, hurry=True)
    assert flown(till, 1.0) == [("ev", 5001, 5003)]


def test_live_facts_that_arrived_beyond_the_hole_do_not_come_again() -> None:
    till = greeted(1500)
    till.heard(Ack(1, 0, window=5000), 0.0)
    flown(till)
    till.holds([End(1, 1503)], 1.0, hurry=True)
    assert flown(till, 1.0) == [("ev", 1501, 1503)]
    till.heard(Ack(1, 500, got=(1501, 1503), window=5000, replay_from=501), 2.0)
    assert flown(till, 2.9) == [("backfill", 1001, 1500)]
    till.heard(Ack(1, 1503, window=5000), 3.0)
    assert till.unacknowledged == 0
    assert flown(till, 100.0) == []


def test_drafts_wait_for_the_money_fact_that_follows() -> None:
    till = greeted(10, 10)
    till.holds([End(1, 12)], 1.0)
    assert till.wish(1.0) is None
    assert till.wake_s(1.0) == 1.0 + d.LINGER_S
    till.holds([End(1, 15)], 3.0, hurry=True)
    assert flown(till, 3.0) == [("ev", 11, 15)]
    till.heard(Ack(1, 15), 4.0)
    till.holds([End(1, 16)], 4.0)
    assert flown(till, 5.0) == []
    assert flown(till, 4.0 + d.LINGER_S) == [("ev", 16, 16)]


def test_without_an_acknowledgement_the_same_facts_go_again_each_time_later() -> None:
    till = greeted(20)
    assert flown(till) == [("ev", 1, 20)]
    times = [at for at in range(1, 400) if flown(till, float(at))]
    assert times == [3, 9, 21, 45, 93, 153, 213, 273, 333, 393]
    till.heard(Ack(1, 20), 394.0)
    assert flown(till, 1000.0) == []


def test_what_fits_in_one_message_may_be_less_than_was_wished_also_the_second_time() -> None:
    till = greeted(100)
    wish = till.wish(0.0)
    assert wish is not None
    till.sent(wish, 60, 0.0)
    assert flown(till) == [("ev", 61, 100)]
    wish = till.wish(3.0)
    assert wish is not None
    assert (wish.first, wish.most) == (1, 60)
    till.sent(wish, 5, 3.0)
    assert flown(till, 3.0) == [("ev", 6, 60), ("ev", 61, 100)]
    till.heard(Ack(1, 70), 4.0)
    assert till.under_way == 30


def test_a_window_bounds_each_lane_and_a_pause_holds_both() -> None:
    till = greeted(5000)
    till.heard(Ack(1, 0, window=50, pause_s=9), 0.0)
    assert flown(till, 8.9) == []
    assert flown(till, 9.0) == [("backfill", 1, 50)]
    till.heard(Ack(1, 10, window=50), 10.0)
    assert flown(till, 10.0) == [], "10 facts more would be a small batch"
    till.heard(Ack(1, 30, window=50), 10.0)
    assert flown(till, 10.0) == [("backfill", 51, 80)]


def test_a_fleet_that_stopped_everything_is_asked_again_after_a_while() -> None:
    till = greeted(10)
    before = till.hello
    till.heard(Ack(1, 0, window=0), 0.0)
    assert flown(till, 59.0) == []
    assert till.wish(60.0) is None
    assert till.wants_hello(60.0)
    assert till.hello != before
    till.heard(Ack(1, 0, hello=till.hello), 61.0)
    assert flown(till, 61.0) == [("ev", 1, 10)]


@pytest.mark.parametrize("ack", [Ack(1, 51), Ack(2, 1), Ack(1, 10_000)])
def test_an_acknowledgement_of_what_was_never_sent_is_not_believed(ack: Ack) -> None:
    till = greeted(100)
    wish = till.wish(0.0)
    assert wish is not None
    till.sent(wish, 50, 0.0)
    assert till.heard(ack, 1.0) is Heard.BEYOND
    assert till.acked == 0
    assert till.wish(1.0) is None
    assert till.wants_hello(1.0 + d.RESEND_S), "the fleet is asked instead"


def test_an_acknowledgement_of_the_hole_is_not_believed_before_it_was_sent() -> None:
    till = greeted(5000)
    till.holds([End(1, 5001)], 0.0, hurry=True)
    flown(till)
    assert till.heard(Ack(1, 5001), 1.0) is Heard.BEYOND


@pytest.mark.parametrize("more", [Ack(1, 11), Ack(2, 0), Ack(2, 1)])
def test_a_fleet_that_has_more_than_the_journal_gets_nothing(more: Ack) -> None:
    till = Delivery()
    till.holds([End(1, 10)], 0.0)
    till.connected("s", 0.0)
    assert till.heard(Ack(more.epoch, more.upto, hello=till.hello), 0.0) is Heard.AHEAD
    assert till.wish(0.0) is None


def test_a_full_window_is_waited_for_and_not_looked_at_all_the_time() -> None:
    till = greeted(200)
    flown(till)
    till.holds([End(1, 400)], 1.0, hurry=True)
    assert flown(till, 1.0) == []
    assert till.wake_s(1.0) == d.RESEND_S
    assert greeted(0).wake_s(1.0) == 1.0 + d.RESEND_MAX_S


def test_epochs_go_in_order_and_numbers_may_be_missing() -> None:
    till = greeted(0, 0, ends=(End(1, 3), End(2, 0), End(4, 2)))
    assert flown(till) == [("backfill", 1, 3)]
    till.heard(Ack(1, 3), 1.0)
    assert (till.epoch, till.acked) == (4, 0)
    assert flown(till, 1.0) == [("ev", 1, 2)]
    assert till.heard(Ack(1, 3), 1.0) is Heard.STALE
    till.heard(Ack(4, 2), 2.0)
    assert till.unacknowledged == 0


def test_a_fleet_that_had_more_of_an_epoch_than_a_restored_till_goes_on_with_the_next() -> None:
    till = greeted(0, 4000, ends=(End(1, 3000), End(2, 10)))
    assert flown(till) == [("ev", 1, 10)]
    assert till.epoch == 2


def test_an_older_acknowledgement_moves_nothing_back_but_a_replay_does() -> None:
    till = greeted(100)
    flown(till)
    till.heard(Ack(1, 80), 1.0)
    assert till.heard(Ack(1, 30), 1.0) is Heard.STALE
    assert till.acked == 80
    assert till.heard(Ack(1, 80, replay_from=31), 1.0) is Heard.TAKEN
    assert till.acked == 30
    assert flown(till, 1.0) == [("ev", 31, 100)]


def test_a_replay_may_begin_in_an_epoch_that_was_done() -> None:
    till = greeted(0, 0, epoch=2, ends=(End(1, 5), End(2, 5)))
    till.heard(Ack(1, 5, replay_from=2), 1.0)
    assert flown(till, 1.0) == [("backfill", 2, 5)]


def test_what_was_got_and_then_forgotten_comes_again() -> None:
    till = greeted(10)
    flown(till)
    till.heard(Ack(1, 0, got=(1, 10)), 1.0)
    assert flown(till, 59.0) == []
    assert flown(till, 61.0) == [("ev", 1, 10)]
