"""The steps of the bench test that try a device: it answers by itself where it can.

Each is given the till's first device of its category; `of_a` makes a step of it, for which a device that
no `[[devices]]` table names is absent.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Protocol, cast

from appliance.bench_test.hands import Hands, Outcome, Trial, absent, failed, passed
from appliance.bench_test.papers import Paper
from appliance.core.devices import (
    CardRefused,
    Category,
    DeviceHealth,
    DeviceMessage,
    DeviceState,
    DrawerKicked,
    DrawerMoved,
    HealthChanged,
    PrintEnded,
    PrintHeld,
    Problem,
    Scanned,
    WeightStatus,
)
from appliance.core.devices import Outcome as End
from appliance.core.remedies import remedy
from appliance.drivers.base import AnyPrinter, CashDrawer, Driver, LineDisplay, Scale
from appliance.ui.sentences.mark import N_

ANSWER_S = 8.0
"""For a device that answers at all; a drawer's sensor and a slow scale are well within."""
PRINT_S = 20.0
TERMINAL_S = 60.0
"""Some greet twice, and wait between; one that is busy with a question of its own ends it first."""
POLE = "KRAM 8375"
ZERO_KG_MAX = Decimal("0.005")

DeviceTrial = Callable[[Hands, Any], Outcome]
"""Given a driver of the protocol that its category has."""


def of_a(category: Category, trial: DeviceTrial) -> Trial:
    def step(hands: Hands) -> Outcome:
        device = hands.first(category)
        return absent() if device is None else trial(hands, device)

    return step


def printer(paper: Paper) -> DeviceTrial:
    """A ruler over the paper's whole width, with a code for the scanner below it."""

    def step(hands: Hands, device: AnyPrinter) -> Outcome:
        hands.say(N_("The printer prints a ruler."))
        hands.forget()
        job, code = hands.job(), f"KRAM-{secrets.token_hex(3).upper()}"
        device.submit(job, paper(code))
        told = hands.told(_print_told(job), PRINT_S)
        if isinstance(told, PrintHeld):
            says, _ = remedy(Category.POS_PRINTER, told.problem)
            told = hands.done(HELD.get(told.problem, OTHERWISE_HELD), ended_print(job))
            if told is None:
                return failed(says)
        if not isinstance(told, PrintEnded):
            return _troubled(device.health(), N_("It did not say that it had printed."))
        if told.outcome is not End.DONE:
            return failed(N_("It did not print: {detail}"), detail=told.detail or "—")
        hands.code = code
        if not hands.confirm(
            N_("Is the ruler whole, with both its ends, and evenly black? Do its millimetres fit?")
        ):
            return failed(N_("The print is cut off, pale or has gaps."))
        return passed()

    return step


def cutter(hands: Hands) -> Outcome:
    if not hands.code:
        return absent(N_("Nothing was printed."))
    if hands.confirm(N_("Has the printer cut the paper off?")):
        return passed()
    return failed(N_("The paper was not cut."))


def paper_sensor(hands: Hands, device: AnyPrinter) -> Outcome:
    """The paper is taken out and put back: the printer must notice both."""
    if not hands.code:
        return absent(N_("Nothing was printed."))
    gone = {Problem.PAPER_OUT, Problem.COVER_OPEN, Problem.OFFLINE}
    hands.forget()
    noticed = hands.done(N_("Open the printer and take the roll out."), _health(device.name, gone))
    if noticed is None:
        return failed(N_("It does not notice that the paper is gone."))
    back = {Problem.NONE, Problem.PAPER_NEAR_END}
    if hands.done(N_("Put the roll back and close the printer."), _health(device.name, back)):
        return passed()
    return failed(N_("It does not notice that the paper is back."))


def drawer(hands: Hands, device: CashDrawer) -> Outcome:
    hands.say(N_("The drawer opens."))
    hands.forget()
    request, moved = hands.job(), False

    def kicked(message: DeviceMessage) -> DrawerKicked | None:
        nonlocal moved
        moved = moved or (isinstance(message, DrawerMoved) and message.is_open)
        mine = isinstance(message, DrawerKicked) and message.request == request
        return cast("DrawerKicked", message) if mine else None

    device.kick(request)
    ended = hands.told(kicked, ANSWER_S)
    if ended is None or ended.outcome is not End.DONE:
        return _troubled(device.health(), N_("The drawer did not open."))
    if not moved and not hands.confirm(N_("Did the drawer open?")):
        return failed(N_("The drawer did not open."))
    if moved and not hands.done(N_("Push the drawer shut."), _shut):
        return failed(N_("Its sensor does not notice that it is shut."))
    return passed(N_("Its sensor works.") if moved else "")


def scanner(hands: Hands, device: Driver) -> Outcome:
    hands.forget()
    text = N_("Scan the code below the ruler.") if hands.code else N_("Scan any code.")
    while True:
        scanned = hands.done(text, _scanned)
        if scanned is None:
            return _troubled(device.health(), N_("The scanner read nothing."))
        if not hands.code or hands.code in scanned.data:
            return passed()
        text = N_("That was another code. Scan the one below the ruler.")


def card_reader(text: str) -> DeviceTrial:
    """Any card will do, also one that the till cannot use: the reader has seen it."""

    def step(hands: Hands, device: Driver) -> Outcome:
        if device.health().state is not DeviceState.READY:
            return _troubled(device.health(), N_("The reader does not answer."))
        hands.forget()
        seen = hands.done(text, lambda it: it if _card_of(it, device.name) else None)
        return passed() if seen is not None else failed(N_("The reader saw no card."))

    return step


def scale(hands: Hands, device: Scale) -> Outcome:
    hands.say(N_("The scale is asked for its weight."))
    empty = _weight(hands, device)
    if empty is None or empty.problem is not Problem.NONE:
        return _troubled(device.health(), N_("The scale does not answer."))
    if not hands.confirm(N_("Put something on the scale. Has it come to rest?")):
        return failed(N_("The scale does not come to rest."))
    laden = _weight(hands, device)
    kg = laden.weight_kg if laden is not None else None
    if kg is None or kg <= ZERO_KG_MAX:
        return failed(N_("The scale gave no weight."))
    if hands.confirm(N_("Does the scale itself show {kg} kg?"), kg=f"{kg:.3f}"):
        return passed()
    return failed(N_("The scale shows another weight than {kg} kg."), kg=f"{kg:.3f}")


def pole(hands: Hands, device: LineDisplay) -> Outcome:
    device.show(POLE, POLE[::-1])
    text = N_("Does the customer's display show {upper} and below it {lower}?")
    if hands.confirm(text, upper=POLE, lower=POLE[::-1]):
        return passed()
    return _troubled(device.health(), N_("The customer's display does not show it."))


class Terminal(Protocol):
    """A payment port with a machine behind it."""

    @property
    def name(self) -> str: ...

    def greet(self, tell: Callable[[HealthChanged], object]) -> None: ...


def ready_to_pay(terminals: Sequence[Terminal]) -> Trial:
    """Each says whether it is ready for a payment; none is asked for one."""

    def step(hands: Hands) -> Outcome:
        for terminal in terminals:
            hands.say(N_("The terminal {name} is asked whether it is ready."), name=terminal.name)
            hands.forget()
            terminal.greet(hands.hear)
            told = hands.told(_health_of(terminal.name), TERMINAL_S)
            if told is None or told.state is not DeviceState.READY:
                return failed(
                    N_("The terminal {name} does not answer. Check its power, cable and address."),
                    name=terminal.name,
                )
        return passed() if terminals else absent()

    return step


def _health_of(name: str) -> Callable[[DeviceMessage], DeviceHealth | None]:
    def wanted(message: DeviceMessage) -> DeviceHealth | None:
        mine = isinstance(message, HealthChanged) and message.health.device == name
        return cast("HealthChanged", message).health if mine else None

    return wanted


def _troubled(health: DeviceHealth, otherwise: str) -> Outcome:
    """Why it failed: what the device says of itself, if it says something."""
    if health.problem is Problem.NONE:
        return failed(otherwise)
    return failed(remedy(health.category, health.problem)[0])


HELD = {
    Problem.PAPER_OUT: N_("The printer is out of paper. Put in a new roll."),
    Problem.COVER_OPEN: N_("The printer's cover is open. Close it."),
}
OTHERWISE_HELD = N_("The printer does not print. Look at its power, cable and on-line button.")


def ended_print(job: str) -> Callable[[DeviceMessage], PrintEnded | None]:
    return lambda it: it if isinstance(it, PrintEnded) and it.job == job else None


def _print_told(job: str) -> Callable[[DeviceMessage], PrintEnded | PrintHeld | None]:
    """That it waits is an answer too."""

    def wanted(message: DeviceMessage) -> PrintEnded | PrintHeld | None:
        mine = isinstance(message, PrintEnded | PrintHeld) and message.job == job
        return cast("PrintEnded | PrintHeld", message) if mine else None

    return wanted


def _health(name: str, problems: set[Problem]) -> Callable[[DeviceMessage], Problem | None]:
    def wanted(message: DeviceMessage) -> Problem | None:
        if not isinstance(message, HealthChanged) or message.health.device != name:
            return None
        return message.health.problem if message.health.problem in problems else None

    return wanted


def _shut(message: DeviceMessage) -> bool | None:
    return True if isinstance(message, DrawerMoved) and not message.is_open else None


def _scanned(message: DeviceMessage) -> Scanned | None:
    return message if isinstance(message, Scanned) else None


def _card_of(message: DeviceMessage, name: str) -> bool:
    return isinstance(message, Scanned | CardRefused) and message.device == name


def _weight(hands: Hands, device: Scale) -> WeightStatus | None:
    tag = hands.job()
    device.request(tag)
    return hands.told(
        lambda it: it if isinstance(it, WeightStatus) and it.tag == tag else None, ANSWER_S
    )
