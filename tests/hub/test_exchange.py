"""Whatever gets lost, comes twice or late between the tills of a shop, all come to know the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.hub.exchange import EVERYBODY, PAGE, Exchange, Message, Out
from appliance.hub.replica import Cell, Replica
from appliance.malformed import Malformed


@dataclass
class Shop:
    """Tills on a wire that holds messages until it is told to bring, lose or repeat one."""

    tills: dict[str, Exchange] = field(default_factory=dict)
    wire: list[tuple[str, str, Message]] = field(default_factory=list)
    now: int = 1_000
    heard: list[tuple[str, set[str]]] = field(default_factory=list)

    def sends(self, till: str, out: list[Out]) -> None:
        for it in out:
            whom = [it.to] if it.to != EVERYBODY else [name for name in self.tills if name != till]
            self.wire.extend((till, name, it.message) for name in whom)

    def brings(self, at: int = 0, *, keep: bool = False) -> None:
        if self.wire:
            sender, name, message = self.wire[at % len(self.wire)]
            if not keep:
                del self.wire[at % len(self.wire)]
            self.sends(name, self.tills[name].heard(sender, message))

    def rests(self) -> None:
        """The wire is whole again, everybody connects anew, and all is brought."""
        for name, till in self.tills.items():
            self.sends(name, till.connected())
        for _ in range(10_000):
            if not self.wire:
                return
            self.brings()
        raise AssertionError("they never stop talking")

    def shares(self, till: str, *changes: tuple[str, str, Any]) -> None:
        self.now += 1
        self.sends(till, self.tills[till].share(changes))


@contextmanager
def shop(folder: Path, names: str = "ABC") -> Iterator[Shop]:
    it = Shop()
    with ExitStack() as stack:
        for name in names:
            replica = stack.enter_context(Replica(folder / name, name))
            note = lambda kinds, name=name: it.heard.append((name, kinds))  # noqa: E731
            it.tills[name] = Exchange(replica, lambda: it.now, note)
        yield it


def sums(it: Shop, key: str) -> set[int | None]:
    """What each till holds for the shop's whole stock of an item."""
    found = set()
    for till in it.tills.values():
        cells = till.replica.of("stock", key)
        found.add(sum(cell.value for cell in cells.values() if cell.value is not None))
    return found


def test_the_stock_of_a_shop_is_the_sum_of_its_tills(tmp_path: Path) -> None:
    with shop(tmp_path) as it:
        it.shares("A", ("stock", "milk", 10))
        it.shares("B", ("stock", "milk", -3), ("stock", "bread", 4))
        it.rests()
        assert sums(it, "milk") == {7}
        assert it.tills["C"].replica.sum_of_others("stock", "milk") == 7
        assert it.tills["A"].replica.sum_of_others("stock", "milk") == -3
        assert it.tills["A"].replica.sum_of_others("stock", "wine") is None


def test_who_comes_late_is_told_everything_page_by_page(tmp_path: Path) -> None:
    with shop(tmp_path, "AB") as it:
        it.shares("A", *(("stock", f"{number}", number) for number in range(2 * PAGE + 7)))
        it.wire.clear()
        it.shares("A", ("basket", "7", {"name": "x"}))
        it.wire.clear()
        it.rests()
        assert it.tills["B"].replica.upto("A") == it.tills["A"].replica.upto("A")
        assert len(it.tills["B"].replica.others("stock")) == 2 * PAGE + 7
        assert it.tills["B"].replica.others("basket")[0][1].value == {"name": "x"}


def test_what_is_gone_is_gone_everywhere(tmp_path: Path) -> None:
    with shop(tmp_path, "AB") as it:
        it.shares("A", ("basket", "7", {"name": "x"}))
        it.shares("A", ("basket", "7", None))
        it.rests()
        assert it.tills["B"].replica.others("basket") == []


def test_an_old_word_does_not_undo_a_newer_one(tmp_path: Path) -> None:
    with shop(tmp_path, "AB") as it:
        it.shares("A", ("stock", "milk", 1))
        old = list(it.wire)
        it.shares("A", ("stock", "milk", 2))
        it.rests()
        it.wire.extend(old)
        it.rests()
        assert it.tills["B"].replica.of("stock", "milk")["A"].value == 2


def test_a_till_that_is_gone_is_not_present(tmp_path: Path) -> None:
    with shop(tmp_path, "AB") as it:
        it.rests()
        assert it.tills["A"].present.keys() == {"B"}
        it.tills["A"].gone("B")
        assert it.tills["A"].present == {}


@pytest.mark.parametrize(
    "message",
    [
        {"say": "here"},
        {"say": "here", "upto": -1},
        {"say": "here", "upto": True},
        {"say": "since", "version": "1"},
        {"say": "cells", "after": 0, "upto": 1, "cells": {}},
        {"say": "cells", "after": 0, "upto": 1, "cells": [["stock", "milk", 0, 1]]},
        {"say": "cells", "after": 0, "upto": 1, "cells": [[1, "milk", 1, 1]]},
        {"say": "cells", "after": 0, "upto": 1, "cells": [["stock", "x" * 201, 1, 1]]},
        {"say": "cells", "after": 0, "upto": 1, "cells": [[]] * (PAGE + 1)},
    ],
)
def test_what_makes_no_sense_changes_nothing(tmp_path: Path, message: Message) -> None:
    with shop(tmp_path, "AB") as it:
        with pytest.raises(Malformed):
            it.tills["A"].heard("B", message)
        assert it.tills["A"].replica.upto("B") == 0


def test_words_that_are_not_known_and_ones_own_are_passed_over(tmp_path: Path) -> None:
    with shop(tmp_path, "AB") as it:
        assert it.tills["A"].heard("B", {"say": "sing"}) == []
        assert it.tills["A"].heard("B", {}) == []
        assert it.tills["A"].heard("A", {"say": "here", "upto": 9}) == []


moves = st.one_of(
    st.tuples(st.just("share"), st.sampled_from("ABC"), st.sampled_from("xyz"), st.integers(-9, 9)),
    st.tuples(st.just("bring"), st.integers(0, 9)),
    st.tuples(st.just("lose"), st.integers(0, 9)),
    st.tuples(st.just("again"), st.integers(0, 9)),
    st.tuples(st.just("connect"), st.sampled_from("ABC")),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(moves, max_size=40))
def test_all_tills_come_to_know_the_same(story: list[tuple[Any, ...]]) -> None:
    truth: dict[tuple[str, str], int] = {}
    with tempfile.TemporaryDirectory() as folder, shop(Path(folder)) as it:
        for move in story:
            match move:
                case ("share", till, key, value):
                    truth[till, key] = value
                    it.shares(till, ("stock", key, value))
                case ("bring", at):
                    it.brings(at)
                case ("lose", at):
                    if it.wire:
                        del it.wire[at % len(it.wire)]
                case ("again", at):
                    it.brings(at, keep=True)
                case ("connect", till):
                    it.sends(till, it.tills[till].connected())
        it.rests()
        for exchange in it.tills.values():
            known = {
                (till, key): cell.value
                for key in "xyz"
                for till, cell in exchange.replica.of("stock", key).items()
            }
            assert known == truth


def test_a_replica_that_was_lost_is_filled_again(tmp_path: Path) -> None:
    with shop(tmp_path, "AB") as it:
        it.shares("A", ("stock", "milk", 5))
        it.rests()
    (tmp_path / "B" / "shop.db").unlink()
    with shop(tmp_path, "AB") as it:
        it.rests()
        assert it.tills["B"].replica.of("stock", "milk")["A"] == Cell("stock", "milk", 1_001, 5)


def test_a_clock_a_year_ahead_does_not_hold_a_customer_for_ever(tmp_path: Path) -> None:
    with shop(tmp_path, "AB") as it:
        it.now += 365 * 86_400_000
        it.shares("A", ("customer", "c1", "old"))
        it.now -= 365 * 86_400_000
        it.rests()
        it.shares("B", ("customer", "c1", "new"))
        it.rests()
        for till in it.tills.values():
            assert till.replica.newest("customer") == {"c1": '"new"'}


def test_a_till_that_forgot_what_it_said_goes_on_from_there(tmp_path: Path) -> None:
    """Its clock was ahead when it spoke, and what it kept is lost: the others must not be deaf to it."""
    with shop(tmp_path, "AB") as it:
        it.now += 365 * 86_400_000
        it.shares("A", *(("stock", f"{number}", number) for number in range(PAGE + 7)))
        it.shares("A", ("basket", "7", {"name": "x"}))
        it.rests()
    (tmp_path / "A" / "shop.db").unlink()
    with shop(tmp_path, "AB") as it:
        it.rests()
        said = {cell.key: cell.value for cell in it.tills["A"].replica.all_of("A", "stock")}
        assert len(said) == PAGE + 7
        it.shares("A", ("stock", "1", -4), ("basket", "7", None))
        it.rests()
        assert it.tills["B"].replica.of("stock", "1")["A"].value == -4
        assert it.tills["B"].replica.others("basket") == []


clocks = st.dictionaries(st.sampled_from("ABC"), st.integers(0, 10**12), min_size=3)


@settings(max_examples=40, deadline=None)
@given(clocks, st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 99)), min_size=1))
def test_who_changed_a_thing_last_is_right_whatever_the_clocks_say(
    walls: dict[str, int], changes: list[tuple[str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, shop(Path(folder)) as it:
        for till, value in changes:
            it.now = walls[till]
            it.shares(till, ("customer", "c1", value))
            it.rests()
        for exchange in it.tills.values():
            assert exchange.replica.newest("customer") == {"c1": str(changes[-1][1])}


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 999])
def test_a_file_that_is_damaged_is_made_anew_and_filled_again(
    tmp_path: Path, damage: bytes
) -> None:
    with shop(tmp_path, "AB") as it:
        it.shares("A", ("stock", "milk", 5))
        it.shares("B", ("stock", "milk", 2))
        it.rests()
    for tail in ("-wal", "-shm"):
        (tmp_path / "B" / f"shop.db{tail}").unlink(missing_ok=True)
    (tmp_path / "B" / "shop.db").write_bytes(damage)
    with shop(tmp_path, "AB") as it:
        it.rests()
        assert sums(it, "milk") == {7}
