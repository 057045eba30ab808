"""The ways to pay as keys: one list that every kind of money adds its own to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from appliance.core import commands as c
from appliance.core.facts import TenderType
from appliance.core.view import Look
from appliance.ui.words import N_

if TYPE_CHECKING:
    from appliance.ui.desk import Desk

Press = Callable[["Desk", int | None], None]


@dataclass(frozen=True, slots=True)
class TenderKey:
    """One way to pay. press: what it does with the amount typed on the payment screen (minor units,
    below zero of a refund), None for all that is left. title: a msgid, or a name of the shop's own.
    most_minor: how much of it there is, shown instead of a subtitle.
    """

    name: str
    title: str
    press: Press
    icon: str = ""
    subtitle: str = ""
    most_minor: int | None = None


Provider = Callable[[Look], Iterable[TenderKey]]


def _ask(kind: TenderType, port: str, desk: Desk, amount_minor: int | None) -> None:
    desk.submit(c.AskTender(kind, amount_minor, port))


_TITLES = {TenderType.CARD.value: N_("Card"), TenderType.QR.value: N_("QR code")}
_ICONS = {TenderType.CARD.value: "terminal", TenderType.QR.value: "qr"}


def ports(look: Look) -> Iterable[TenderKey]:
    """A key per terminal; one alone of its type is called by its type."""
    taken = [it for it in look.pay.ports if it.type in look.pay.taken]
    for port in taken:
        alone = sum(it.type == port.type for it in taken) == 1
        title = _TITLES[port.type] if alone else port.name
        press = partial(_ask, TenderType(port.type), port.name)
        yield TenderKey(f"port:{port.name}", title, press, icon=_ICONS[port.type])


def foreign(look: Look) -> Iterable[TenderKey]:
    """One key for all currencies; a refund is paid out in the shop's own."""
    if look.pay.foreign and look.basket and look.basket.cash_due_minor > 0:
        codes = " · ".join(it.currency for it in look.pay.foreign)
        yield TenderKey(
            "foreign", N_("Foreign cash"), lambda desk, _: desk.go("foreign"), "foreign", codes
        )


PROVIDERS: list[Provider] = [ports, foreign]
"""In the order of the keys. A subject appends its own: nothing, where its money is not taken."""


def tender_keys(look: Look) -> tuple[TenderKey, ...]:
    """All ways to pay but the shop's own cash, which has the payment screen to itself."""
    return tuple(key for provider in PROVIDERS for key in provider(look))
