"""A program that floods the helper's socket: it is turned away, the log is not filled, and then all is as before."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from appliance.system import NoSystem
from appliance.system.helper import CALLERS_MAX, CALLERS_OF_USER_MAX
from system.conftest import Bench, Serve

FLOOD = 1_000
LINES_MAX = 10
"""Warnings are kept on the card."""


def test_a_thousand_callers_at_once_fill_neither_the_helper_nor_its_log(
    bench: Bench, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    serve(line_s=30)
    held = [bench.wire() for _ in range(CALLERS_OF_USER_MAX)]
    turned_away = []

    def flood() -> None:
        for _ in range(FLOOD // 4):
            with bench.wire() as one:
                turned_away.append(one.recv(1) == b"")

    floods = [threading.Thread(target=flood) for _ in range(4)]
    threads = threading.active_count()
    for each in floods:
        each.start()
    for each in floods:
        each.join()
    assert turned_away == [True] * FLOOD
    assert threading.active_count() <= threads + CALLERS_MAX
    told = [it for it in caplog.records if "too many" in it.message]
    assert 0 < len(told) <= LINES_MAX
    for wire in held:
        wire.close()
    until = time.monotonic() + 10
    while True:
        try:
            assert bench.ask(do="reboot") == {"ok": True}
            break
        except NoSystem:
            assert time.monotonic() < until
    assert bench.told == ["reboot"]
