"""News is drawn at once, and the pace of the frames stays what it was."""

import threading
import time

import pytest

from appliance.ui.waker import Waker

PACE = 5


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setenv("KIVY_NO_ARGS", "1")
    from kivy.clock import ClockBase

    clock = ClockBase()
    clock._max_fps = PACE
    return clock


def turn(clock) -> float:
    began = time.monotonic()
    clock.tick()
    return time.monotonic() - began


def test_news_from_another_thread_is_drawn_in_the_same_turn_without_waiting_for_the_frame(clock):
    waker, drawn = Waker(clock), []
    trigger = clock.create_trigger(lambda _dt: drawn.append(time.monotonic()), -1)
    turn(clock)

    def news() -> None:
        trigger()
        waker.wake()

    timer = threading.Timer(0.02, news)
    timer.start()
    assert turn(clock) < 0.75 / PACE
    assert drawn
    timer.join()


def test_without_news_a_turn_takes_a_whole_frame(clock):
    Waker(clock)
    turn(clock)
    assert turn(clock) > 0.75 / PACE
    assert clock.frametime > 0.75 / PACE


def test_news_is_told_once(clock):
    waker = Waker(clock)
    turn(clock)
    waker.wake()
    turn(clock)
    assert turn(clock) > 0.75 / PACE


def test_without_a_limit_on_frames_nothing_waits(clock):
    clock._max_fps = 0
    Waker(clock)
    assert turn(clock) < 0.75 / PACE
