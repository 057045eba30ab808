"""The steps of the bench test that try the machine itself, and what only a person's senses know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from appliance.bench_test import machine
from appliance.bench_test.hands import Hands, Outcome, Trial, absent, failed, passed
from appliance.board import memory_card, power
from appliance.telemetry import vitals
from appliance.ui.bench_port import Asked
from appliance.ui.sentences.mark import N_
from appliance.wire.trust import Trust

BUILT_AFTER = datetime(2026, 1, 1)  # noqa: DTZ001 - compared with the shop's own time
MB_PER_S_MIN = 4.0
COMMIT_MS_MAX = 60.0
"""A sale has some four commits: a customer notices more than a quarter of a second."""
CELSIUS_MAX = 75
"""A Raspberry Pi slows down from 80 on."""


def touch(hands: Hands) -> Outcome:
    if "touch" not in hands.can:
        return absent(N_("No screen is part of this test."))
    if hands.confirm(N_("Touch each target, with gloves if they are worn here."), Asked.TOUCH):
        return passed()
    return failed(N_("The screen does not feel a touch everywhere."))


def sound(hands: Hands) -> Outcome:
    if "sound" not in hands.can:
        return absent(N_("No screen is part of this test."))
    if hands.confirm(N_("Did you hear the sound?"), Asked.SOUND):
        return passed()
    return failed(N_("No sound was heard."))


def clock(now: Callable[[], datetime]) -> Trial:
    def step(hands: Hands) -> Outcome:
        if now() < BUILT_AFTER:
            return failed(N_("The clock is wrong."))
        shown = f"{now():%Y-%m-%d %H:%M}"
        if not hands.confirm(N_("Is it {time} now?"), time=shown):
            return failed(N_("The clock is wrong."))
        trust = vitals.clock_trust()
        if trust is Trust.NTP:
            return passed(N_("The network tells the time."))
        if trust is Trust.RTC:
            return passed(N_("A battery keeps the time."))
        return failed(N_("Neither a battery nor the network keeps the time after a power cut."))

    return step


def network(servers: Sequence[str]) -> Trial:
    """servers: URLs of the fleet; none for a till that belongs to none."""

    def step(hands: Hands) -> Outcome:
        hands.say(N_("The network is tried."))
        links = machine.links()
        if not links and not servers:
            return absent(N_("No cable, no Wi-Fi, and nobody to talk to."))
        if not links:
            return failed(N_("Neither a cable nor Wi-Fi works."))
        for server in servers:
            says = {
                "name": N_("The name of {server} is not known here."),
                "port": N_("{server} does not answer."),
            }
            if lacks := machine.reaches(server):
                return failed(says[lacks], server=server)
        return passed(N_("{links}"), links=", ".join(links))

    return step


def card(folder: Path) -> Trial:
    def step(hands: Hands) -> Outcome:
        hands.say(N_("The memory card is measured."))
        try:
            speed = machine.card_speed(folder)
        except OSError as error:
            return failed(N_("It does not write: {detail}"), detail=error.strerror or str(error))
        held = memory_card.holding(folder)
        shown = {"speed": f"{speed.mb_per_s:.0f}", "commit": f"{speed.commit_ms:.0f}"}
        if speed.mb_per_s < MB_PER_S_MIN or speed.commit_ms > COMMIT_MS_MAX:
            says = N_("It is slow: {speed} MB/s, {commit} ms a commit. Take a better card.")
            return failed(says, **shown)
        if held is not None and held.worn:
            life = held.used_percent or 100
            return failed(N_("It is worn: {life} % of its life are used."), life=str(life))
        return passed(N_("{speed} MB/s, {commit} ms a commit"), **shown)

    return step


def heat(_hands: Hands) -> Outcome:
    milli = power.temperature_mc()
    if milli is None:
        return absent(N_("This machine does not tell it."))
    celsius = milli // 1000
    if celsius > CELSIUS_MAX:
        return failed(N_("{celsius} °C: too hot. It needs air."), celsius=str(celsius))
    return passed(N_("{celsius} °C"), celsius=str(celsius))


def voltage(_hands: Hands) -> Outcome:
    low = power.was_low()
    if low is None:
        return absent(N_("This machine does not tell it."))
    if low:
        return failed(N_("The voltage fell too low. Take the maker's own power supply."))
    return passed()
