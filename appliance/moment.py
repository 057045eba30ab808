"""What is true only of this moment: notices, a price check, a weight. Shown, never journalled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Protocol

from appliance import __version__
from appliance.core import codec
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.accounts import LEDGER_PORT
from appliance.core.accounts_look import AccountsLook
from appliance.core.devices import Problem, WeightStatus
from appliance.core.fleet_look import FleetLook
from appliance.core.item import Item, ItemId
from appliance.core.pay_look import CodeLook, PayLook
from appliance.core.payment_answer import AskingAgain, PaymentSaid
from appliance.core.people_look import PeopleLook, WantedLook
from appliance.core.price_check import PriceTold
from appliance.core.refusal import Reason, Refusal
from appliance.core.returns_look import ReceiptsLook
from appliance.core.shift_look import PastShiftLook, XLook
from appliance.core.state import State
from appliance.core.stock_look import FoundLook, StockLook
from appliance.core.terminals import held
from appliance.core.undo import undo_of
from appliance.core.update_look import UpdateLook
from appliance.core.view import (
    ElsewhereLook,
    Look,
    Notice,
    PriceLook,
    StorageLook,
    TillsLook,
    Tone,
    WeightLook,
)
from appliance.core.why import WhyLook


class HasFact(Protocol):
    @property
    def fact(self) -> f.Fact: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """serial numbers notices and price checks, so that a screen tells a new one from an old."""

    serial: int = 0
    notice: Notice | None = None
    price_check: bool = False
    multiplier: Decimal | None = None
    price: PriceLook | None = None
    weight: WeightLook | None = None
    people: PeopleLook = field(default_factory=PeopleLook)
    held: Problem = Problem.NONE
    storage: StorageLook = field(default_factory=StorageLook)
    stock: StockLook = field(default_factory=StockLook)
    receipts: ReceiptsLook | None = None
    why: WhyLook | None = None
    past_shifts: tuple[PastShiftLook, ...] | None = None
    x: XLook | None = None
    accounts: AccountsLook = field(default_factory=AccountsLook)
    said: PaymentSaid | None = None
    again: AskingAgain | None = None
    code: CodeLook | None = None
    fleet: FleetLook = field(default_factory=FleetLook)
    update: UpdateLook = field(default_factory=UpdateLook)
    stick_until: str = ""
    elsewhere: tuple[ElsewhereLook, ...] = ()
    tills: TillsLook | None = None

    def told(self, key: str, tone: str = "plain", **params: str) -> Moment:
        notice = Notice(self.serial + 1, Tone(tone), key, params)
        return replace(self, serial=self.serial + 1, notice=notice)

    def refused(self, refusal: Refusal) -> Moment:
        return self.told(refusal.reason.value, "bad", **refusal.params)

    def with_accounts(self, **changed: object) -> Moment:
        """An answer about cards and the like; its serial tells screens that it is a new one."""
        serial = self.serial + 1
        accounts = replace(self.accounts, serial=serial, **changed)  # type: ignore[arg-type]
        return replace(self, serial=serial, accounts=accounts)

    def with_weight(self, status: WeightStatus) -> Moment:
        return replace(self, weight=WeightLook(status.weight_kg, status.stable))

    def with_price(self, found: c.AddItem, stock: Decimal | None, told: PriceTold) -> Moment:
        item = found.item
        price = PriceLook(
            serial=self.serial + 1,
            item=item.id,
            name=item.name,
            unit=item.unit,
            price_minor=told.price_minor,
            stock=stock,
            amount_minor=found.amount_minor,
            quantity=found.quantity,
            told=told,
        )
        return replace(self, serial=self.serial + 1, price=price)

    def aimed(
        self, at: str, *, count: int = 0, item: ItemId | None = None, name: str = ""
    ) -> Moment:
        """Scans go there from now on."""
        return replace(self, stock=StockLook(at, count, item, name))

    def with_found(self, item: Item, left: Decimal | None, **told: Any) -> Moment:
        """Goods that were looked up for the stock."""
        found = FoundLook(
            self.serial + 1, item.id, item.name, item.unit, item.tracking, left, **told
        )
        return replace(self, serial=self.serial + 1, stock=replace(self.stock, found=found))

    def after(self, before: State, answer: Sequence[HasFact] | Refusal) -> Moment:
        """The notice that a request of a person at this till leaves, if any."""
        if isinstance(answer, Refusal):
            return self.refused(answer)
        facts = [record.fact for record in answer]
        told = _notice(before, facts)
        if told is None:
            return self
        key, params = told
        undo = undo_of(before, facts)
        notice = Notice(
            self.serial + 1,
            Tone.BAD if key in _BAD else Tone.PLAIN,
            key,
            params,
            None if undo is None else request_json(undo),
        )
        return replace(self, serial=self.serial + 1, notice=notice)

    def wanting(
        self, request: c.Request, answer: Sequence[HasFact] | Refusal, by: Sequence[str] = ()
    ) -> Moment:
        """What the answer leaves to be asked: a manager, or the customer's age."""
        if isinstance(request, c.SignIn | c.Approved):
            # A wrong PIN: the one whose turn it is may try again.
            kept = self.people.wanted if isinstance(answer, Refusal) else None
            return replace(self, people=replace(self.people, wanted=kept))
        wanted = None
        if isinstance(answer, Refusal) and answer.reason in WAITING:
            serial = self.serial + 1
            wanted = WantedLook(
                serial, answer.reason, answer.params, request_json(request), tuple(by)
            )
            return replace(self, serial=serial, people=replace(self.people, wanted=wanted))
        if self.people.wanted is None:
            return self
        return replace(self, people=replace(self.people, wanted=None))

    def left_alone(self) -> Moment:
        """The till was locked: what was asked and said is nobody else's business."""
        people = replace(self.people, wanted=None, badge_for="")
        return replace(
            self,
            notice=None,
            price_check=False,
            multiplier=None,
            price=None,
            people=people,
            past_shifts=None,
            x=None,
        )

    def _people(self, look: Look) -> PeopleLook:
        held = look.people
        return replace(
            self.people,
            locked=held.locked,
            basket_waits=held.basket_waits,
            resting=held.resting,
            reports=held.reports,
        )

    def _pay(self, look: Look) -> PayLook:
        """The payment at the counter with what its terminal shows, the code that the customer is to
        scan while it waits, and when it is asked about again."""
        asked, basket = look.pay.asked, look.basket
        if asked is None or basket is None:
            return look.pay
        key, said, again, code = (basket.sale, asked.tender), self.said, self.again, self.code
        mine = said is not None and not asked.unsure and (said.sale, said.tender) == key
        asks = again is not None and asked.unsure and (again.sale, again.tender) == key
        scans = code is not None and not asked.unsure and (code.sale, code.tender) == key
        if not (mine or asks or scans):
            return look.pay
        shown = replace(
            asked,
            says=said.text if mine and said else "",
            again_ns=again.at_ns if asks and again else 0,
        )
        return replace(look.pay, asked=shown, code=code if scans else None)

    def over(self, look: Look, revision: int, at_ns: int, scan_ns: int) -> Look:
        """The whole view: the state's, with this moment's parts."""
        done = look.done
        if done is not None and self.held is not Problem.NONE:
            done = replace(done, receipt_problem=self.held.value)
        return replace(
            look,
            revision=revision,
            done=done,
            notice=self.notice,
            price_check=self.price_check,
            multiplier=self.multiplier,
            price=self.price,
            weight=self.weight,
            storage=self.storage,
            people=self._people(look),
            pay=self._pay(look),
            receipts=self.receipts,
            why=self.why,
            cash=replace(look.cash, past=self.past_shifts, x=self.x),
            accounts=replace(
                self.accounts, shorts=look.accounts.shorts, loyalty=look.accounts.loyalty
            ),
            stock=replace(self.stock, counts=look.stock.counts),
            fleet=self.fleet,
            update=replace(self.update, unread=look.update.unread, stick_until=self.stick_until),
            tills=self.tills,
            elsewhere=() if look.people.locked else self.elsewhere,
            at_ns=at_ns,
            scan_ns=scan_ns,
        )


WAITING = frozenset({Reason.PERMISSION_NEEDED, Reason.AGE_CHECK_NEEDED})
"""Refusals that somebody at the till can lift at once."""


def version() -> str:
    return __version__


_BAD = frozenset({"card_declined", "payment_declined"})


def _notice(before: State, facts: Sequence[f.Fact]) -> tuple[str, dict[str, str]] | None:
    for fact in facts:
        match fact:
            case f.SaleVoidStarted():
                begun = (it.receipt for it in facts if isinstance(it, f.ReturnBegun))
                return "void_begun", {"number": next(begun, "")}
            case f.LineAdded(kind=f.LineKind.RETURN, name=name):
                return "goods_back", {"name": name}
            case f.LineVoided(line=line):
                return "line_voided", {"name": _line_name(before, line)}
            case f.SaleVoided(total_minor=total) if total:
                return "sale_voided", {}
            case f.SaleSuspended(name=name):
                return "sale_suspended", {"name": name}
            case f.SaleRecalled():
                return "sale_recalled", {}
            case f.LineDiscounted(line=line, discount=discount) if discount is not None:
                return "line_discounted", {"name": _line_name(before, line)}
            case f.BasketDiscounted(discount=discount) if discount is not None:
                return "basket_discounted", {}
            case f.LinePriceOverridden(line=line):
                return "price_overridden", {"name": _line_name(before, line)}
            case f.CashierSignedIn(name=name):
                return "signed_in", {"name": name}
            case f.StaffChanged(change=f.StaffChange.BADGE_GIVEN):
                return "badge_given", {}
            case f.CustomerErased():
                return "customer_forgotten", {}
            case f.UpdateWished():
                return "update_wished", {}
            case f.TrainingStarted():
                return "training_started", {}
            case f.TrainingEnded():
                return "training_ended", {}
            case f.TenderAnswered(outcome=f.TenderOutcome.DECLINED, detail=why) if why:
                _, tender = held(before, fact.sale, fact.tender)
                ours = tender is not None and tender.port == LEDGER_PORT
                return ("card_declined" if ours else "payment_declined"), {"why": why}
            case f.AgeRefused():
                return "age_refused", {}
            case f.AgeChecked(age_min=age):
                return "age_checked", {"age": str(age)}
    return None


def _line_name(state: State, line: f.LineId) -> str:
    if state.sale is None or not 0 < line <= len(state.sale.lines):
        return ""
    return state.sale.lines[line - 1].name


def request_json(request: c.Request) -> dict[str, object]:
    """A request as the JSON object that the local socket takes: {"command": "void_line", ..}."""
    return {"command": request_name(type(request)), **codec.to_json(request)}


def request_name(kind: type) -> str:
    """VoidLine is "void_line"."""
    name = kind.__name__
    return "".join("_" + ch.lower() if ch.isupper() else ch for ch in name).lstrip("_")
