"""What a scene is: a state of the till that is pictured, and in which sizes and languages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from appliance.catalogue.store import Catalogue
from appliance.core import commands as c
from appliance.core.facts import Discount, LineId, TenderOutcome
from appliance.core.item import ItemId
from appliance.core.policy import Policy
from appliance.core.refusal import Refusal
from appliance.journal import Journal
from appliance.till import Till
from tests.ui.rig import APPLES, BREAD, COFFEE, MILK, YOGHURT, Paper, Rig, demo_till

VODKA = ItemId("1311")

SIGNED_IN: tuple[c.Request, ...] = (c.SignIn("olena"),)

OPEN: tuple[c.Request, ...] = (*SIGNED_IN, c.OpenShift(1000_00))

MANAGED: tuple[c.Request, ...] = (c.SignIn("iryna"), c.OpenShift(1000_00))

SALE: tuple[c.Request, ...] = (
    c.SellItem(MILK),
    c.SellItem(BREAD, Decimal(2)),
    c.SellItem(APPLES, Decimal("0.436")),
    c.SellItem(COFFEE),
    c.DiscountLine(LineId(4), Discount(percent=Decimal(10))),
    c.SellItem(YOGHURT, Decimal(3)),
)

BASKET: tuple[c.Request, ...] = (*OPEN, *SALE)

APPROVED = c.ConfirmTender(1, TenderOutcome.APPROVED, reference="004821")

SOLD: tuple[c.Request, ...] = (*BASKET, c.TenderCash(1000_00))


@dataclass(frozen=True)
class Scene:
    """requests: what the till did. after: what devices told. open: how a person gets there. change:
    of the shop's rules. customers: their window is drawn, not the cashier's."""

    name: str
    requests: tuple[c.Request, ...] = BASKET
    open: Callable[[Rig], Any] = lambda rig: None
    after: Callable[[Till], Any] = lambda till: None
    everywhere: bool = True
    past: Callable[[Journal, Catalogue], None] | None = None
    change: Callable[[Policy], Policy] = lambda policy: policy
    offers: str = ""
    customers: bool = False

    def till(self, folder: Path) -> AbstractContextManager[tuple[Till, Catalogue, Paper]]:
        return demo_till(folder, self.past, self.change, self.offers)

    def prepare(self, till: Till) -> None:
        for request in self.requests:
            answer = till.ask(request)
            assert not isinstance(answer, Refusal), f"{self.name}: {request}: {answer}"
        self.after(till)
        till.ask(c.SkipReceipt(), spoken=False)


def go(name: str, **how: Any) -> Callable[[Rig], None]:
    return lambda rig: rig.desk.go(name, **how)


def does(till: Till, *requests: c.Request) -> None:
    for request in requests:
        answer = till.ask(request)
        assert not isinstance(answer, Refusal), f"{request}: {answer}"


def manages(till: Till, *requests: c.Request) -> None:
    for request in requests:
        answer = till.ask(request, actor="iryna")
        assert not isinstance(answer, Refusal), f"{request}: {answer}"


def as_person(till: Till, request: c.Request, who: str) -> None:
    answer = till.ask(request, actor=who)
    assert not isinstance(answer, Refusal), (request, answer)


SIZES = ((1024, 600), (800, 480))

LANGUAGES = ("uk", "en")


@dataclass(frozen=True)
class Shot:
    """One golden picture."""

    scene: Scene
    width: int
    height: int
    language: str
    theme: str = "light"

    @property
    def file(self) -> str:
        dark = "-dark" if self.theme == "dark" else ""
        return f"{self.scene.name}{dark}-{self.language}-{self.width}x{self.height}.png"


def shots(scene: Scene) -> list[Shot]:
    """Both languages in both sizes; the sale also dark, upright and large."""
    if not scene.everywhere:
        return [Shot(scene, 1024, 600, "uk"), Shot(scene, 800, 480, "en")]
    made = [Shot(scene, w, h, language) for w, h in SIZES for language in LANGUAGES]
    if scene.name in (
        "customer",
        "card",
        "locked",
        "reports",
        "training",
        "sale",
        "cash",
        "done",
        "terminal",
        "return-lines",
        "stock-order",
        "stock-counting",
    ):
        made.append(Shot(scene, 1024, 600, "uk", "dark"))
    if scene.name in ("sale", "cash", "reports"):
        made.append(Shot(scene, 480, 800, "uk"))
    if scene.name == "sale":
        made.append(Shot(scene, 1920, 1080, "en"))
    return made
