"""A till's facts in words: what happened, as a manager would tell it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from appliance.fleet.console.saying import N_, Saying
from appliance.wire import bench_result

KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "sales": (N_("Sales"), ("SaleCompleted", "SaleVoided", "SaleSuspended", "PaymentStray")),
    "money": (
        N_("Drawer and shifts"),
        ("ShiftOpened", "ShiftClosed", "CashMoved", "DrawerOpened", "DrawerCounted", "ShiftHandedOver"),
    ),
    "people": (
        N_("People"),
        ("CashierSignedIn", "CashierSignedOut", "PinRefused", "Overridden", "StaffChanged",
         "TrainingStarted", "TrainingEnded"),
    ),
    "goods": (
        N_("Goods"),
        ("StockCounted", "StockMoved", "CountStarted", "CountFinished", "CatalogueApplied",
         "OffersApplied"),
    ),
    "machine": (
        N_("The machine"),
        ("TillStarted", "ClockStepped", "DeviceChanged", "DrawerMoved", "CardNumberLogged",
         "BenchTestBegun", "BenchTested"),
    ),
}  # fmt: skip
"""What can be asked for: a word of the address, its name, and the facts it stands for."""

EVERY_KIND = tuple(each for _, kinds in KINDS.values() for each in kinds)
"""What is worth telling; the rest (each scan, each job of the printer) is seen with its sale."""

DEVICE_STATES = {
    "ready": N_("works"),
    "attention": N_("needs attention"),
    "fault": N_("has failed"),
    "missing": N_("is away"),
}
_PROBLEMS = {
    "unplugged": N_("unplugged"),
    "no_answer": N_("does not answer"),
    "port_busy": N_("port is taken"),
    "no_permission": N_("no permission"),
    "paper_out": N_("out of paper"),
    "paper_near_end": N_("paper is running out"),
    "cover_open": N_("cover is open"),
    "offline": N_("is off line"),
    "left_open": N_("left open"),
    "stuck": N_("did not open"),
    "garbage": N_("sends nonsense"),
    "crashed": N_("program stopped"),
    "low_voltage": N_("power is too weak"),
    "on_battery": N_("runs on its battery"),
    "too_hot": N_("is too hot"),
    "worn": N_("memory card is worn"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """mark: good, warn, bad or nothing, for the sign beside it. link: where more is to be seen."""

    text: str
    detail: str = ""
    mark: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class _At:
    """A fact with whom it is told to. money: an amount in the shop's currency. keys: fingerprints of
    those that the till may sign with."""

    say: Saying
    till: str
    epoch: int
    body: Mapping[str, Any]
    currency: str
    keys: frozenset[str] = frozenset()

    def money(self, name: str) -> str:
        return self.say.money(int(self.body.get(name, 0)), self.currency)

    def text(self, name: str) -> str:
        return str(self.body.get(name, ""))


def tell(
    say: Saying, row: Mapping[str, Any], currency: str, keys: frozenset[str] = frozenset()
) -> Told:
    """row: of the table `fact`. A kind that has no words yet is told by its name."""
    try:
        body = json.loads(row["body"])
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    words = _WORDS.get(row["type"])
    if words is None:
        return Told(row["type"])
    return words(_At(say, row["till"], row["epoch"], body, currency, keys))


def problem(say: Saying, word: str) -> str:
    """What ails a device; "" for nothing."""
    return say.t(_PROBLEMS[word]) if word in _PROBLEMS else ""


def _completed(at: _At) -> Told:
    total = int(at.body.get("total_minor", 0))
    receipt = at.text("receipt")
    sentence = (
        N_("Sale, receipt {receipt}: {amount}")
        if total >= 0
        else N_("Return, receipt {receipt}: {amount}")
    )
    lines = at.say.n("{count} line", "{count} lines", len(at.body.get("lines", ())))
    discount = int(at.body.get("discount_minor", 0))
    taken_off = (
        at.say.t("discount {amount}").format(amount=at.money("discount_minor")) if discount else ""
    )
    return Told(
        at.say.t(sentence).format(receipt=receipt, amount=at.money("total_minor")),
        " · ".join(filter(None, (lines, taken_off))),
        link=f"/tills/{at.till}/sales/{at.epoch}/{at.text('sale')}",
    )


def _voided(at: _At) -> Told:
    text = at.say.t("Basket was voided: {amount}").format(amount=at.money("total_minor"))
    return Told(text, at.text("reason"), "warn")


def _suspended(at: _At) -> Told:
    return Told(at.say.t("Basket was put aside"), at.text("name"))


def _stray(at: _At) -> Told:
    text = at.say.t("Money moved for a payment that had ended: {amount}")
    return Told(text.format(amount=at.money("amount_minor")), at.text("detail"), "bad")


def _opened(at: _At) -> Told:
    text = at.say.t("Shift {number} was opened with {amount}")
    return Told(text.format(number=at.text("shift"), amount=at.money("float_minor")), mark="good")


def _closed(at: _At) -> Told:
    text = at.say.t("Shift {number} was closed, Z {z}: counted {amount}").format(
        number=at.text("shift"), z=at.text("z_number"), amount=at.money("counted_minor")
    )
    difference = int(at.body.get("difference_minor", 0))
    if not difference:
        return Told(text, at.say.t("the drawer is right"), "good")
    short = at.say.t("missing {amount}") if difference < 0 else at.say.t("too much {amount}")
    amount = at.say.money(abs(difference), at.currency)
    return Told(
        text, " · ".join(filter(None, (short.format(amount=amount), at.text("reason")))), "bad"
    )


def _cash(at: _At) -> Told:
    sentences = {
        "pay_in": N_("{amount} was put into the drawer"),
        "pay_out": N_("{amount} was taken out of the drawer"),
        "safe_drop": N_("{amount} went to the safe"),
    }
    sentence = sentences.get(at.text("direction"), sentences["pay_out"])
    return Told(at.say.t(sentence).format(amount=at.money("amount_minor")), at.text("reason"))


def _drawer(at: _At) -> Told:
    """Most openings belong to a sale; those that do not are what a manager looks for."""
    alone = at.text("cause") == "no_sale"
    text = at.say.t("Drawer was opened without a sale") if alone else at.say.t("Drawer was opened")
    return Told(text, at.text("reason"), "warn" if alone else "")


def _counted(at: _At) -> Told:
    return Told(at.say.t("Drawer was counted: {amount}").format(amount=at.money("counted_minor")))


def _handed_over(at: _At) -> Told:
    text = at.say.t("Drawer went from {giver} to {taker}")
    return Told(text.format(giver=at.text("giver"), taker=at.text("taker")), at.text("reason"))


def _signed_in(at: _At) -> Told:
    who = at.text("name") or at.text("staff")
    return Told(at.say.t("{name} signed in").format(name=who))


def _signed_out(at: _At) -> Told:
    return Told(at.say.t("{name} signed out").format(name=at.text("staff")))


def _pin(at: _At) -> Told:
    tries = at.say.t("wrong tries in a row: {count}").format(count=at.text("tries"))
    return Told(at.say.t("A PIN was wrong"), tries, "warn")


def _overridden(at: _At) -> Told:
    text = at.say.t("{approver} allowed {cashier} what the role does not")
    said = text.format(approver=at.text("approver"), cashier=at.text("cashier"))
    return Told(said, at.text("permission").replace("_", " "), "warn")


def _staff(at: _At) -> Told:
    who = at.text("name") or at.text("staff")
    return Told(at.say.t("Staff list was changed: {name}").format(name=who), at.text("role"))


def _training(at: _At) -> Told:
    return Told(at.say.t("Training began"))


def _training_over(at: _At) -> Told:
    return Told(at.say.t("Training ended"))


def _stock_counted(at: _At) -> Told:
    count = len(at.body.get("counts", ()))
    return Told(at.say.n("Stock of {count} item was set", "Stock of {count} items was set", count))


def _stock_moved(at: _At) -> Told:
    causes = {
        "received": N_("Goods came"),
        "transfer_in": N_("Goods came from another shop"),
        "transfer_out": N_("Goods left for another shop"),
        "write_off": N_("Goods were written off"),
        "produced": N_("Goods were made here"),
        "supplier_return": N_("Goods went back to the supplier"),
    }
    text = at.say.t(causes.get(at.text("cause"), N_("Stock was moved")))
    items = at.say.n("{count} item", "{count} items", len(at.body.get("moves", ())))
    return Told(
        text,
        " · ".join(
            filter(None, (items, at.text("partner"), at.text("document"), at.text("reason")))
        ),
    )


def _count_started(at: _At) -> Told:
    return Told(at.say.t("A count of the shelves began"), at.text("scope"))


def _count_finished(at: _At) -> Told:
    applied = bool(at.body.get("applied", True))
    text = (
        N_("A count of the shelves was applied")
        if applied
        else N_("A count of the shelves was dropped")
    )
    return Told(at.say.t(text))


def _catalogue(at: _At) -> Told:
    text = at.say.t("Catalogue version {version} holds from here").format(
        version=at.text("version")
    )
    return Told(
        text, at.say.n("{count} item", "{count} items", int(at.body.get("items", 0))), "good"
    )


def _offers(at: _At) -> Told:
    return Told(
        at.say.t("Promotions version {version} hold from here").format(version=at.text("version")),
        mark="good",
    )


def _started(at: _At) -> Told:
    return Told(at.say.t("The till started, version {version}").format(version=at.text("version")))


def _clock(at: _At) -> Told:
    text = at.say.t("The clock went back by {span}")
    return Told(text.format(span=at.say.span(int(at.body.get("back_s", 0)) * 1000)), mark="warn")


def _device(at: _At) -> Told:
    state = at.text("state")
    words = at.say.t(DEVICE_STATES.get(state, state))
    mark = {"ready": "good", "attention": "warn"}.get(state, "bad")
    return Told(f"{at.text('device')}: {words}", problem(at.say, at.text("problem")), mark)


def _drawer_moved(at: _At) -> Told:
    return Told(
        at.say.t("Drawer stands open") if at.body.get("is_open") else at.say.t("Drawer is shut")
    )


def _card_number(at: _At) -> Told:
    return Told(
        at.say.t("A card number was about to be logged and was starred"), at.text("module"), "bad"
    )


def _bench_begun(at: _At) -> Told:
    return Told(at.say.t("A bench test began: every device is tried, the drawer opens"))


def _bench_tested(at: _At) -> Told:
    if not _signed_by_the_till(at):
        told = at.say.t("Its result bears the signature of another key than the till's.")
        return Told(at.say.t("A bench test that proves nothing"), told, "bad")
    failed = [it for it in at.body.get("steps", ()) if it.get("verdict") == "failed"]
    if not failed:
        return Told(at.say.t("The bench test passed"), "", "good")
    told = ", ".join(f"{it.get('step', '')}: {it.get('says', '')}" for it in failed)
    return Told(at.say.t("The bench test did not pass"), told, "bad")


def _signed_by_the_till(at: _At) -> bool:
    try:
        _, key = bench_result.opened(at.text("code"))
    except bench_result.NoResult:
        return False
    return key in at.keys


_WORDS: dict[str, Callable[[_At], Told]] = {
    "SaleCompleted": _completed,
    "SaleVoided": _voided,
    "SaleSuspended": _suspended,
    "PaymentStray": _stray,
    "ShiftOpened": _opened,
    "ShiftClosed": _closed,
    "CashMoved": _cash,
    "DrawerOpened": _drawer,
    "DrawerCounted": _counted,
    "ShiftHandedOver": _handed_over,
    "CashierSignedIn": _signed_in,
    "CashierSignedOut": _signed_out,
    "PinRefused": _pin,
    "Overridden": _overridden,
    "StaffChanged": _staff,
    "TrainingStarted": _training,
    "TrainingEnded": _training_over,
    "StockCounted": _stock_counted,
    "StockMoved": _stock_moved,
    "CountStarted": _count_started,
    "CountFinished": _count_finished,
    "CatalogueApplied": _catalogue,
    "OffersApplied": _offers,
    "TillStarted": _started,
    "ClockStepped": _clock,
    "DeviceChanged": _device,
    "DrawerMoved": _drawer_moved,
    "CardNumberLogged": _card_number,
    "BenchTestBegun": _bench_begun,
    "BenchTested": _bench_tested,
}
