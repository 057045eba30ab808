"""Sums that many screens ask for, and posts that come too fast."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from appliance.fleet.console.access import pace
from appliance.fleet.console.kept import KEPT_MAX, Kept
from fleet.console.guest import Clock, person


def test_many_who_ask_at_once_make_one_question():
    kept, asked, all_here = Kept(Clock()), [], threading.Barrier(8)

    def ask():
        all_here.wait()
        return kept.get("sum", 1_000, lambda: asked.append(1) or len(asked))

    with ThreadPoolExecutor(8) as eight:
        assert [it.result() for it in [eight.submit(ask) for _ in range(8)]] == [1] * 8


def test_an_answer_is_asked_for_again_when_it_is_old():
    clock, asked = Clock(), []
    kept = Kept(clock)
    for passed_s, known in ((0, 1), (0.9, 1), (0.2, 2), (5, 3)):
        clock.pass_s(passed_s)
        assert kept.get("sum", 1_000, lambda: asked.append(1) or len(asked)) == known


def test_a_question_that_fails_is_asked_again_and_nothing_grows_without_end():
    kept = Kept(Clock())
    with pytest.raises(ZeroDivisionError):
        kept.get("sum", 1_000, lambda: 1 // 0)
    assert kept.get("sum", 1_000, lambda: 7) == 7
    for number in range(KEPT_MAX + 50):
        kept.get(number, 1_000, lambda: 1)
    assert len(kept._answers) == KEPT_MAX


def test_a_script_that_posts_without_end_is_slowed_down(console, guest, clock):
    person(console, "olena")
    guest.log_in("olena")
    guest.get("/me")
    answers = [guest.post("/look", {"theme": "dark"}).status_code for _ in range(pace.POSTS + 1)]
    assert answers == [303] * pace.POSTS + [429]
    clock.pass_s(61)
    assert guest.post("/look", {"theme": "dark"}).status_code == 303
