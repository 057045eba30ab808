"""The states in which every screen is pictured: what happened at the till, and where to look."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from appliance.catalogue.price_importer import import_prices
from appliance.catalogue.price_lists import PriceList
from appliance.catalogue.store import Catalogue
from appliance.core import commands as c
from appliance.core.accounts import LEDGER_PORT
from appliance.core.devices import (
    Category,
    DeviceHealth,
    DeviceState,
    HealthChanged,
    Outcome,
    Problem,
    Scanned,
)
from appliance.core.facts import (
    CashDirection,
    DenominationCount,
    Discount,
    LineId,
    Modifier,
    SaleId,
    SaleRef,
    StockCause,
    StockDelta,
    TenderOutcome,
    TenderType,
)
from appliance.core.fleet_look import FleetChanged, FleetLook, FleetTrouble
from appliance.core.item import Choice, Item, ItemId, Tracking
from appliance.core.payment_answer import PaymentAnswered, PaymentShown
from appliance.core.policy import Drawer, Policy, PortRule
from appliance.core.refusal import Refusal
from appliance.core.report_rows import ReportBy, Span
from appliance.core.state import PrintJob
from appliance.door import Door
from appliance.drivers.cards.chip import COPY
from appliance.journal import Journal
from appliance.payments.qr.schemes import Bill, Nbu
from appliance.people.customers import Customer
from appliance.people.staff import StaffBook
from appliance.till import Till
from tests.ui.past import trade
from tests.ui.rig import (
    APPLES,
    BEER,
    BREAD,
    CHEESE,
    CHOCOLATE,
    COFFEE,
    MILK,
    NOW,
    ROOT,
    YOGHURT,
    Paper,
    Rig,
    demo_till,
)

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
COUNT = ((1000_00, 1), (200_00, 1), (100_00, 2), (50_00, 1), (20_00, 2), (5_00, 1), (1_00, 1))


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


def shown(till: Till, code: str) -> None:
    """The QR port shows a code for the payment that was asked for."""
    sale = till.look.basket
    assert sale is not None
    until = NOW + timedelta(minutes=10)
    till.tell(PaymentShown(sale.sale, 1, code, until, f"1-1-{sale.sale}-1"))


def _code_shown(till: Till) -> None:
    basket = till.look.basket
    assert basket is not None
    shop = Nbu(
        account="UA213223130000026007233566001", holder="ФОП Гончар О.В.", tax_id="3141592653"
    )
    bill = Bill(basket.total_minor, "UAH", f"1-1-{basket.sale}-1", NOW, NOW)
    shown(till, shop.write(bill))


def _their_code(rig: Rig) -> None:
    """The customer holds out the code of their own bank app."""
    rig.till.tell(Scanned("scanner", "hQVDUFYwMWEPTwegAAAAAxAQUARWaXNh"))
    rig.until(lambda: rig.desk.look.notice is not None)


def _page_shown(till: Till) -> None:
    shown(till, "https://pay.mbnk.biz/2210012MPLYwJjVUzchj")


def _bank_answers(policy: Policy) -> Policy:
    ports = tuple(replace(it, by_hand=it.type is TenderType.CARD) for it in policy.ports)
    return replace(policy, ports=ports)


def _go(name: str, **how: Any) -> Callable[[Rig], None]:
    return lambda rig: rig.desk.go(name, **how)


def _report(by: str = "", span: str = "today") -> Callable[[Rig], None]:
    def shown(rig: Rig) -> None:
        rig.desk.go("reports", by=ReportBy(by) if by else None, span=Span(span))
        rig.settle()

    return shown


def _report_days(rig: Rig) -> None:
    """The first day is chosen, the last not yet."""
    _report()(rig)
    rig.tap(rig.desk.kit.t("Other days"))
    rig.tap("16")


def _does(till: Till, *requests: c.Request) -> None:
    for request in requests:
        answer = till.ask(request)
        assert not isinstance(answer, Refusal), f"{request}: {answer}"


def _verdict(rig: Rig) -> None:
    rig.desk.go("payments")
    rig.tap(rig.desk.kit.t("A manager decides"))
    rig.tap(rig.desk.kit.t("The terminal's slip"))


def _search(rig: Rig) -> None:
    rig.desk.go("search")
    for char in "кава":
        rig.screen._board_key(char)
        rig.settle()


def _cash(rig: Rig) -> None:
    rig.tap(rig.desk.kit.t("Other amount"))
    rig.tap("1000")


def _partly_paid(rig: Rig) -> None:
    rig.desk.go("cash")


def _euros(rig: Rig) -> None:
    rig.desk.go("foreign")
    rig.tap("10")


def _price(rig: Rig) -> None:
    rig.desk.go("price_check")
    rig.settle()
    rig.does(c.CheckPrice(COFFEE))


def _price_of_offer(rig: Rig) -> None:
    rig.desk.go("price_check")
    rig.settle()
    rig.does(c.CheckPrice(YOGHURT))


def _price_of_list(rig: Rig) -> None:
    rig.desk.go("price_check")
    rig.settle()
    rig.does(c.CheckPrice(WATER))


def _lists(_journal: Journal, catalogue: Catalogue) -> None:
    """Water has its happy hour; water and beer are cheaper by the half dozen."""
    happy = PriceList("happy", "Щаслива година", start_min=14 * 60, end_min=17 * 60)
    many = PriceList("many", "Гуртом дешевше", priority=1)
    by_six = f"{WATER},33.50,6\n{WATER},31.90,12\n{BEER},59.90,6\n"
    for prices, rows in ((happy, f"{WATER},34.90,\n"), (many, by_six)):
        file = catalogue.path.with_name("prices.csv")
        file.write_text("sku,price,quantity_min\n" + rows, encoding="utf-8")
        assert import_prices(file, prices, catalogue).applied
    catalogue.refresh()


BOTTLE, WATER, SOCKS = ItemId("1301"), ItemId("1302"), ItemId("1305")


def _containers(rig: Rig) -> None:
    rig.desk.go("containers")
    rig.settle()


def _count(rig: Rig) -> None:
    rig.desk.go("close")
    for row in rig.screen.counters:
        for value, count in COUNT:
            if row.value_minor == value:
                for _ in range(count):
                    rig.screen.step(row, 1)


def _toast(rig: Rig) -> None:
    rig.till.ask(c.RestoreLine(LineId(5)))
    rig.does(c.VoidLine(LineId(5)))


def _refused(rig: Rig) -> None:
    rig.till.ask(c.Scan("4820000999993"))
    rig.pump()


def _line(rig: Rig) -> None:
    rig.desk.go("line", line=LineId(2))
    rig.screen.typed("5")


LATTE = Item(
    ItemId("latte"),
    "Лате 300 мл",
    65_00,
    choices=(
        Choice("Молоко", (("звичайне", 0), ("вівсяне", 15_00), ("кокосове", 20_00)), least=1),
        Choice("До кави", (("ванільний сироп", 10_00), ("кориця", 0)), most=2),
    ),
)


def _coffee_bar(_journal: Journal, catalogue: Catalogue) -> None:
    with catalogue.write() as writer:
        writer.put([LATTE])
    catalogue.refresh()


def _rate_missing(policy: Policy) -> Policy:
    """As on the last day of a year whose new rates nobody has written down yet."""
    return replace(policy, rates_missing={"EXC5": "2026-11-23"})


def _untaxed(rig: Rig) -> None:
    rig.till.ask(c.SellItem(BEER))
    rig.pump()


def _expired(rig: Rig) -> None:
    """Yoghurt whose date is over."""
    rig.till.ask(c.Scan("(01)04821096456375(17)261121(10)L7"))
    rig.pump()


def _why_offer(rig: Rig) -> None:
    rig.desk.go("why", line=LineId(3))
    rig.settle()


def _discount(rig: Rig) -> None:
    rig.desk.go("line", line=LineId(2), mode="percent")


def _multiplier(rig: Rig) -> None:
    rig.desk.multiplier = Decimal(6)
    rig.desk.go("sale")


def _number(rig: Rig) -> None:
    apples = rig.catalogue.by_id(APPLES)
    rig.desk.go("number", ask="weight", item=apples)
    for char in "0.75":
        rig.screen.typed(char)


def _pay_out(rig: Rig) -> None:
    rig.desk.go("pay_out")
    for char in "500":
        rig.screen.typed(char)


def _troubled(till: Till) -> None:
    for name, category, state, problem, detail in (
        ("printer", Category.POS_PRINTER, DeviceState.ATTENTION, Problem.PAPER_NEAR_END, ""),
        ("scanner", Category.SCANNER, DeviceState.READY, Problem.NONE, "/dev/ttyACM0"),
        ("scale", Category.SCALE, DeviceState.MISSING, Problem.UNPLUGGED, ""),
        ("drawer", Category.CASH_DRAWER, DeviceState.READY, Problem.NONE, ""),
    ):
        till.tell(HealthChanged(DeviceHealth(name, category, state, problem, detail)))
    till.ask(c.AimScanner(price_check=False), spoken=False)


def _not_delivered(till: Till) -> None:
    """The internet has been away since the morning, and nobody renewed the certificate."""
    at = NOW - timedelta(hours=3)
    look = FleetLook(
        member=True,
        since=at.isoformat(),
        waiting=1180,
        oldest=at.isoformat(),
        late=True,
        trouble=FleetTrouble.UNREACHABLE,
        certificate_until=f"{NOW + timedelta(days=9):%Y-%m-%d}",
        certificate_near=True,
    )
    till.tell(FleetChanged(look))
    till.ask(c.AimScanner(price_check=False), spoken=False)


def _joins_fleet(till: Till) -> None:
    until = f"{NOW + timedelta(minutes=15):%Y-%m-%dT%H:%M}"
    till.ask(c.ShowFleetCode("WJPTX3HR", "https://fleet:8443/pair?code=WJPTX3HR", until))
    till.ask(c.AimScanner(price_check=False), spoken=False)


def _near_end(till: Till) -> None:
    health = DeviceHealth(
        "printer", Category.POS_PRINTER, DeviceState.ATTENTION, Problem.PAPER_NEAR_END
    )
    till.tell(HealthChanged(health))
    till.ask(c.AimScanner(price_check=False), spoken=False)


def _unknown_print(till: Till) -> None:
    till.ask(c.PrintReceipt())
    job = next(e.effect for e in till.journal.state.effects if isinstance(e, PrintJob))
    _does(till, c.StartEffect(job), c.EndEffect(job, Outcome.UNKNOWN, ""))
    _does(till, c.SellItem(MILK), c.TenderCash(), c.PrintXReport())


def _tampered(till: Till) -> None:
    _manages(
        till,
        c.ListTerminal("P400Plus-275", "Verifone", "P400 Plus", "counter"),
        c.InspectTerminal("P400Plus-275", tampered=True, seen="overlay"),
    )


def _manages(till: Till, *requests: c.Request) -> None:
    for request in requests:
        answer = till.ask(request, actor="iryna")
        assert not isinstance(answer, Refusal), f"{request}: {answer}"


def _stocked(till: Till) -> None:
    """Goods received yesterday, some of them near their day, a count begun."""
    goods = (
        (MILK, "24", "3150", "М-118", "2026-11-25"),
        (YOGHURT, "12", "1480", "Й-7", "2026-11-22"),
        (COFFEE, "6", "21900", "", "2027-09-30"),
        (BREAD, "30", "1690", "", ""),
        (APPLES, "18.4", "2210", "", ""),
    )
    moves = tuple(
        StockDelta(item, Decimal(many), lot, "", day, Decimal(cost))
        for item, many, cost, lot, day in goods
    )
    _manages(
        till,
        c.MoveStock(StockCause.RECEIVED, moves, "ТОВ «Ферма»", "ВН-000417"),
        c.MoveStock(StockCause.WRITE_OFF, (StockDelta(BREAD, Decimal(2)),), reason="Зіпсовано"),
        c.SellItem(BREAD, Decimal(27)),
        c.SellItem(MILK, Decimal(9)),
        c.TenderCash(),
    )
    till.ask(c.SkipReceipt(), spoken=False)


def _short(till: Till) -> None:
    """Two loaves thrown away, and a count that found less coffee and more yoghurt."""
    _stocked(till)
    _manages(
        till,
        c.StartCount(),
        c.CountItem(1, COFFEE, Decimal(5)),
        c.CountItem(1, YOGHURT, Decimal(13)),
        c.FinishCount(1),
    )
    till.ask(c.SignIn("iryna"))


def _paper(rig: Rig) -> None:
    rig.desk.go("stock_paper", cause=StockCause.RECEIVED)
    rig.settle()
    for code, typed in ((MILK, "24"), (COFFEE, "6"), (YOGHURT, "120")):
        rig.does(c.FindForStock(code))
        for char in typed:
            rig.screen.typed(char)
    rig.desk.drafts[StockCause.RECEIVED].partner = "ТОВ «Ферма»"
    rig.tap(rig.desk.kit.t("Cost"))


def _list(tab: str) -> Callable[[Rig], None]:
    def opened(rig: Rig) -> None:
        rig.desk.go("stock_lists", tab=tab)
        rig.settle()
        rig.settle()

    return opened


def _one_category(till: Till) -> None:
    _stocked(till)
    _manages(till, c.StartCount("Хліб і випічка"))


def _half_counted(till: Till) -> None:
    _stocked(till)
    _manages(
        till,
        c.StartCount(),
        c.CountItem(1, COFFEE, Decimal(6)),
        c.CountItem(1, YOGHURT, Decimal(13)),
        c.CountItem(1, BREAD, Decimal(0)),
    )


def _counting(rig: Rig) -> None:
    rig.desk.go("counting", count=1)
    rig.settle()
    rig.till.ask(c.CountItem(1, MILK, Decimal(12)), actor="iryna")
    rig.pump()
    rig.settle()
    rig.screen.typed("1")
    rig.settle()


def _counts(rig: Rig) -> None:
    rig.desk.go("stock_counts")
    rig.settle()


def _text(rig: Rig) -> None:
    rig.desk.go("stock_paper", cause=StockCause.WRITE_OFF)
    rig.settle()
    rig.screen._ask_who()
    rig.settle()


def _find_receipt(rig: Rig) -> None:
    rig.desk.go("returns")
    rig.settle()
    for char in "118":
        rig.screen.typed(char)


def _open_receipt(rig: Rig) -> None:
    rig.desk.go("returns")
    rig.settle()
    rig.does(c.FindReceipt(code="1"))
    rig.until(lambda: rig.desk.name == "return_lines")
    rig.screen.step(1)
    rig.screen._tapped(3)


def _receipts_of_regular(rig: Rig) -> None:
    rig.desk.go("returns")
    rig.settle()
    rig.does(c.Scan("MARIIA-0671"))
    rig.settle()


def _return_many(rig: Rig) -> None:
    """A part of a bag of apples: more than was sold is said at once."""
    rig.desk.go("returns")
    rig.settle()
    rig.does(c.FindReceipt(code="1"))
    rig.screen._tapped(2)
    rig.screen.ask_many()
    for digit in "0.236":
        rig.screen.typed(digit)


def _return_serial(rig: Rig) -> None:
    rig.desk.go("return_item", item=rig.catalogue.by_id(COFFEE))
    rig.screen.item = replace(rig.screen.item, tracking=Tracking.SERIAL)
    rig.screen.finish()
    rig.settle()


def _return_item(rig: Rig) -> None:
    rig.desk.go("return_item", item=rig.catalogue.by_id(COFFEE))
    rig.screen.step(1)


_FIRST = SaleRef(1, 1, SaleId(1))
PART_BY_CARD = (*BASKET, c.AskTender(TenderType.CARD, 200_00), APPROVED, c.TenderCash())
ALL_BACK = c.ReturnLines(
    _FIRST, tuple(c.Pick(LineId(at), Decimal(1)) for at in (1, 2, 4)), "Не підійшло"
)
TAKEN_BACK = c.ReturnLines(_FIRST, (c.Pick(LineId(2), Decimal(1)),), "Не підійшло")


def _guarded(till: Till) -> None:
    """PINs are set while the till runs: from now on they are asked for."""
    folder = till.journal.path.parent
    book = StaffBook(folder, till.policy.staff)
    with StaffBook(folder, till.policy.staff) as command:
        for staff, pin in (("iryna", "915264"), ("olena", "730518"), ("taras", "480273")):
            command.set_pin(staff, pin, NOW)
    till._door = Door(book)
    till._door.post = till._mailbox.prove
    till._intake = replace(till._intake, staff=book)
    till._turn_to_new_staff()
    _does(till, c.SignIn("olena", "730518"))


def _week(till: Till) -> None:
    """What three people did, one of them more often than the others."""
    sale = (c.SellItem(BREAD), c.SellItem(MILK), c.TenderCash())
    void = (c.SellItem(BREAD), c.SellItem(COFFEE), c.VoidLine(LineId(2)), c.TenderCash())
    off = (c.SellItem(MILK), c.DiscountLine(LineId(1), Discount(percent=Decimal(10))))

    for who, voids, discounts, opened in (
        ("olena", 1, 1, 1),
        ("ivan", 6, 2, 2),
        ("taras", 1, 1, 0),
    ):
        acts = [*[sale] * (10 - voids - discounts), *[void] * voids]
        acts += [(*off, c.TenderCash())] * discounts
        for request in (it for act in acts for it in act):
            _as(till, request, who)
        for _ in range(opened):
            _as(till, c.NoSale("Розмін"), who)


def _as(till: Till, request: c.Request, who: str) -> None:
    answer = till.ask(request, actor=who)
    assert not isinstance(answer, Refusal), (request, answer)


def _many(till: Till) -> None:
    """Fifteen people: more than a page of names holds."""
    _boss(till)
    names = "Андрій Богдан Віра Ганна Дмитро Євген Жанна Зоя Катерина Левко Марта"
    for name in names.split():
        _does(till, c.PutPerson(name, "cashier"))


def _locked(till: Till) -> None:
    _guarded(till)
    _does(till, c.LockTill())


def _boss(till: Till) -> None:
    """The manager is at the till; one person has a badge, one nothing yet."""
    _guarded(till)
    _does(till, c.SignIn("iryna", "915264"), c.GiveBadge("olena", "04A2B9C1D2E380"))
    _does(till, c.PutPerson("Софія", "senior"))


def _person(page: str, staff: str, typed: str = "") -> Callable[[Rig], None]:
    def open_(rig: Rig) -> None:
        rig.desk.go(page, staff=staff)
        for char in typed:
            rig.screen.typed(char)
        rig.settle()

    return open_


def _badge_awaited(rig: Rig) -> None:
    rig.desk.go("person", staff="sofiia")
    rig.desk.submit(c.AimBadge("sofiia"))
    rig.settle()


def _signals(rig: Rig) -> None:
    rig.desk.go("signals")
    rig.until(lambda: rig.screen.report is not None)
    rig.settle()


def _pin_typed(rig: Rig) -> None:
    rig.settle()
    rig.tap("Олена")
    for digit in "7305":
        rig.screen.typed(digit)


def _too_much(rig: Rig) -> None:
    rig.till.ask(c.DiscountLine(LineId(2), Discount(percent=Decimal(50))))
    rig.settle()
    rig.tap("Ірина")
    for digit in "91526":
        rig.screen.typed(digit)


def _wine(rig: Rig) -> None:
    rig.till.ask(c.SellItem(BEER))
    rig.settle()


def _too_late(rig: Rig) -> None:
    """Vodka was rung by day and is to be paid in the night."""
    rig.till.ask(c.CheckAge(VODKA, 18))
    rig.till.ask(c.SellItem(VODKA))
    rig.settle()
    rig.till._writer._clock = lambda: NOW.replace(hour=23, minute=5)
    rig.till.ask(c.TenderCash())
    rig.settle()


def _young(rig: Rig) -> None:
    _wine(rig)
    for digit in "24112008":
        rig.screen.typed(digit)


def _training(rig: Rig) -> None:
    rig.till._training = True
    rig.till._turn_to_new_staff()
    rig.till.ask(c.AimScanner(price_check=False), spoken=False)
    rig.settle()


def _customers(till: Till) -> None:
    """Four customers; the first owes something and has bought before."""
    book = till._intake.customers
    assert book is not None
    for name, phone, limit in (
        ("Марія Коваленко", "067 123 45 67", 500_00),
        ("Марина Ковальчук", "050 765 43 21", 0),
        ("Іван Петренко", "063 222 11 00", 0),
        ("ТОВ «Марівна»", "044 555 12 34", 0),
    ):
        card = "MARIIA-0671" if limit else ""
        book.add(Customer(name.split()[0], name, phone, limit_minor=limit), code=card)
    _does(till, c.AttachCustomer("Марія"), c.SellItem(COFFEE, Decimal(12)), c.TenderCash())
    _does(till, c.AttachCustomer("Марія"), c.SellItem(MILK), c.PutOnTab(), c.SkipReceipt())


def _regular(till: Till) -> None:
    _customers(till)
    _does(till, c.AttachCustomer("Марія"), c.SellItem(COFFEE), c.SellItem(BREAD, Decimal(2)))


def _find_customer(rig: Rig) -> None:
    rig.desk.go("customers")
    for char in "ковал":
        rig.screen._board_key(char)
    rig.settle()


def _new_customer(rig: Rig) -> None:
    rig.desk.go("customer_new", text="Оксана")
    rig.screen.finished()
    rig.screen.set_text("067 555 11 22")
    rig.screen.finished()


def _with_card(till: Till) -> None:
    _does(till, c.SellGiftCard(500_00, "PLASTIC-5RMY"), c.TenderCash())
    _does(till, c.SellItem(COFFEE), c.Scan("PLASTIC-5RMY"))


def _card_asked(till: Till) -> None:
    _with_card(till)
    _does(till, c.RedeemGiftCard("PLASTIC-5RMY"))


def _copied(rig: Rig) -> None:
    """A card of the shop's own that cannot prove itself."""
    _does(rig.till, c.AskTender(TenderType.CARD))
    rig.until(lambda: rig.desk.look.pay.asked is not None)
    tender = rig.desk.look.pay.asked.tender
    answer = PaymentAnswered(SaleId(1), tender, TenderOutcome.DECLINED, detail=COPY)
    rig.till.tell(answer)
    rig.until(lambda: rig.desk.look.pay.asked is None)


def _shared_cards(policy: Policy) -> Policy:
    ledger = PortRule(LEDGER_PORT, TenderType.GIFT_CARD, by_hand=False)
    accounts = replace(policy.accounts, shared=True)
    return replace(policy, accounts=accounts, ports=(*policy.ports, ledger))


def _card_amount(rig: Rig) -> None:
    rig.desk.go("card_amount", ask="sell")
    rig.tap("500")


def _two_advances(till: Till) -> None:
    for name, amount, due in (
        ("Пані Марія", 200_00, "2026-12-01"),
        ("Замовлення 17, торт", 500_00, "2026-11-20"),
    ):
        _does(till, c.SellItem(COFFEE, Decimal(3)), c.TakeAdvance(amount, name, due))
        _does(till, c.TenderCash(), c.SkipReceipt())


def _spent_twice(till: Till) -> None:
    _with_card(till)
    card = till.look.accounts.card
    assert card is not None
    _does(till, c.RedeemGiftCard(account=card.account), c.CloseCard())
    origin = "Каса 2 · 1-000118"
    note = c.NoteForeignMovement(card.account, card.kind, -450_00, origin)
    assert not isinstance(till.ask(note, actor="cli"), Refusal)


def _offers(offer: str = "", *, cost: bool = False) -> Callable[[Rig], None]:
    def shown(rig: Rig) -> None:
        rig.desk.go("offers")
        rig.until(lambda: bool(rig.screen.offers))
        if offer:
            ids = [row.offer.id for row in rig.screen.offers]
            rig.screen._choose(ids.index(offer))
        if cost:
            rig.screen._turn()
            rig.until(lambda: rig.screen.cost is not None)

    return shown


def _coupon(rig: Rig) -> None:
    rig.desk.go("coupon")
    for char in "дру":
        rig.screen._board_key(char)
    rig.settle()


def _few(till: Till) -> None:
    for item, left in (("1001", "3"), ("1049", "2.4"), ("1095", "1")):
        delta = StockDelta(ItemId(item), Decimal(left))
        _does(till, c.MoveStock(StockCause.RECEIVED, (delta,)))


def _told_few(rig: Rig) -> None:
    rig.screen._ask_left()
    rig.settle()


def _safe_drop(rig: Rig) -> None:
    rig.desk.go("safe_drop")
    rig.screen._propose()
    for char in "0417":
        rig.screen.typed(char)


def _careful(policy: Policy) -> Policy:
    """A shop that wants little cash in its drawer."""
    return replace(policy, drawer_max_minor=2_000_00, drawer_target_minor=1_000_00)


def _two_drawers(policy: Policy) -> Policy:
    drawers = (Drawer("left", "Ліва шухляда", staff=("olena",)), Drawer("right", "Права шухляда"))
    return replace(policy, drawers=drawers)


def _x_report(scope: str = "") -> Callable[[Rig], None]:
    def shown(rig: Rig) -> None:
        rig.desk.go("x_report")
        rig.settle()
        if scope:
            rig.screen._ask(scope)
            rig.settle()

    return shown


def _past_shifts(rig: Rig) -> None:
    rig.desk.go("past_shifts")
    rig.settle()


def _foreign_count(rig: Rig) -> None:
    """Five euros are missing; the dollars are next."""
    rig.desk.go("foreign_count")
    for char in "20":
        rig.screen.typed(char)


UNKNOWN = c.ConfirmTender(1, TenderOutcome.UNKNOWN, reference="004821")
OPEN_DAY: tuple[c.Request, ...] = (
    *OPEN,
    c.SellItem(MILK),
    c.TenderForeignCash("EUR", 50_00),
    c.SellItem(MILK),
    c.TenderForeignCash("USD", 20_00),
    c.SellItem(COFFEE),
    c.AskTender(TenderType.CARD),
    c.ConfirmTender(1, TenderOutcome.DECLINED),
    c.VoidSale(),
    c.AnswerTender(SaleId(3), 1, TenderOutcome.APPROVED, 89_00, reference="004817"),
    c.SellItem(COFFEE),
    c.AskTender(TenderType.CARD),
    UNKNOWN,
    c.SuspendSale("Оплата неясна 14:31"),
    c.SellItem(BREAD),
    c.SuspendSale("Пані Марія"),
    c.SellItem(BREAD),
    c.TenderCash(),
    c.PrintReceipt(),
)
"""A day that leaves much open: notes to count, a card nobody is sure of, one that paid for nothing."""

WIRED_NAME = "Термінал Ощад"


def _wired(policy: Policy) -> Policy:
    return replace(policy, ports=(PortRule(WIRED_NAME, TenderType.CARD, by_hand=False),))


def _answer(sale: int, tender: int, outcome: TenderOutcome, amount: int | None = None) -> c.Request:
    told = "немає зв'язку" if outcome is TenderOutcome.UNKNOWN else ""
    reference = "004821" if outcome is TenderOutcome.APPROVED else ""
    return c.AnswerTender(SaleId(sale), tender, outcome, amount, reference, told, WIRED_NAME)


BY_WIRE: tuple[c.Request, ...] = (*BASKET, c.AskTender(TenderType.CARD))
LOST: tuple[c.Request, ...] = (*BY_WIRE, _answer(1, 1, TenderOutcome.UNKNOWN))
IN_PART: tuple[c.Request, ...] = (*BY_WIRE, _answer(1, 1, TenderOutcome.APPROVED, 200_00))
LEFT_OPEN: tuple[c.Request, ...] = (
    *IN_PART,
    c.GiveUpSale("Пішов"),
    _answer(1, 1001, TenderOutcome.DECLINED),
    c.SellItem(COFFEE),
    c.AskTender(TenderType.CARD),
    _answer(2, 1, TenderOutcome.UNKNOWN),
    c.SuspendSale("Оплата неясна 14:31"),
)
"""Money that is to go back and a payment without an answer, both at a terminal with a wire."""
TERMINAL_OFF: tuple[c.Request, ...] = (
    *LEFT_OPEN,
    c.BookTotals(WIRED_NAME, True, 2, 519_00),
)
COUNTED_EUROS: tuple[c.Request, ...] = (*OPEN_DAY, c.CountForeign("EUR", 45_00))
RICH: tuple[c.Request, ...] = (
    c.SignIn("iryna"),
    c.OpenShift(1_000_00),
    *SALE,
    c.TenderCash(),
    c.MoveCash(CashDirection.PAY_IN, 3_000_00, "З банку"),
)
TWO_OPEN: tuple[c.Request, ...] = (
    *OPEN,
    *SALE,
    c.TenderCash(),
    c.SignIn("iryna"),
    c.ChooseDrawer("right"),
    c.OpenShift(500_00),
    c.SellItem(COFFEE),
    c.TenderCash(),
    c.SellItem(BREAD),
    c.AskTender(TenderType.CARD),
    APPROVED,
)
"""A drawer each: Olena's at the left, the manager's at the right."""

CLOSED_TWICE: tuple[c.Request, ...] = (
    *SOLD,
    c.CountDrawer((DenominationCount(1000_00, 1), DenominationCount(100_00, 5))),
    c.CloseShift("Помилка в решті"),
    c.OpenShift(1000_00),
    c.SellItem(BREAD),
    c.SuspendSale("Пані Марія"),
    c.SellItem(MILK),
    c.TenderCash(),
    c.CountDrawer((DenominationCount(1000_00, 1), DenominationCount(50_00, 1))),
    c.CloseShift("Не записано"),
    c.OpenShift(1000_00),
)

OFFERS = (ROOT / "config" / "demo" / "offers.toml").read_text(encoding="utf-8")
OFFERED: tuple[c.Request, ...] = (
    *OPEN,
    c.SellItem(MILK),
    c.SellItem(YOGHURT, Decimal(3)),
    c.SellItem(CHOCOLATE, Decimal(2)),
    c.SellItem(CHEESE),
    c.EnterCoupon("осінь"),
    c.SellItem(COFFEE, Decimal(2)),
)
"""Three for two, the second for half, a coupon that was typed, and something off the basket."""

SCENES = (
    Scene("customers", OPEN, _find_customer, _customers),
    Scene("customer-new", OPEN, _new_customer),
    Scene("customer", OPEN, _go("customer"), _regular),
    Scene("card", OPEN, _go("card"), _with_card),
    Scene("card-scan", OPEN, _go("card"), everywhere=False),
    Scene("card-amount", OPEN, _card_amount),
    Scene("advances", OPEN, _go("advances"), _two_advances),
    Scene("advance-name", BASKET, _go("advance_name"), everywhere=False),
    Scene("shorts", OPEN, _go("shorts"), _spent_twice, everywhere=False),
    Scene("pay-customer", OPEN, _go("pay"), _regular),
    Scene("open-shift", SIGNED_IN),
    Scene("sale-empty", OPEN),
    Scene("sale", after=_near_end),
    Scene("sale-offers", OFFERED, offers=OFFERS),
    Scene("why-offer", OFFERED, _why_offer, everywhere=False, offers=OFFERS),
    Scene("price-check-offer", OPEN, _price_of_offer, everywhere=False, offers=OFFERS),
    Scene("coupon", OFFERED, _coupon, offers=OFFERS),
    Scene("offers", OPEN, _offers(), offers=OFFERS),
    Scene("offers-coming", OPEN, _offers("winter-tea"), everywhere=False, offers=OFFERS),
    Scene(
        "offers-cost",
        (*MANAGED, *OFFERED[2:], c.TenderCash(), c.SellItem(YOGHURT, Decimal(6)), c.TenderCash()),
        _offers("yoghurt-3-2", cost=True),
        offers=OFFERS,
    ),
    Scene("sale-few", OPEN, _told_few, _few, everywhere=False),
    Scene("sale-toast", open=_toast, everywhere=False),
    Scene("sale-refused", open=_refused, everywhere=False),
    Scene("sale-expired", open=_expired),
    Scene("sale-multiplier", open=_multiplier, everywhere=False),
    Scene("search", open=_search),
    Scene("line", open=_line),
    Scene(
        "why", (*BASKET, c.DiscountBasket(Discount(percent=Decimal(5)))), _go("why", line=LineId(4))
    ),
    Scene(
        "why-list",
        (
            *OPEN,
            c.CheckAge(BEER, 18),
            c.SellItem(BEER, Decimal(6)),
            c.DiscountBasket(Discount(percent=Decimal(5))),
        ),
        _go("why", line=LineId(1)),
        past=_lists,
    ),
    Scene("line-price", open=_go("line", line=LineId(2), mode="price"), everywhere=False),
    Scene(
        "wishes",
        (
            *OPEN,
            c.SellItem(LATTE.id, Decimal(2)),
            c.ModifyLine(LineId(1), (Modifier("вівсяне", 15_00),)),
        ),
        _go("wishes", line=LineId(1)),
        everywhere=False,
        past=_coffee_bar,
    ),
    Scene("tax-missing", open=_untaxed, everywhere=False, change=_rate_missing),
    Scene("line-more", open=_go("line_more", line=LineId(4))),
    Scene("served-by", open=_go("served_by", line=LineId(4)), everywhere=False),
    Scene("line-discount", open=_discount, everywhere=False),
    Scene("number", open=_number),
    Scene("discount", open=_go("discount")),
    Scene("suspend", open=_go("suspend")),
    Scene(
        "recall",
        (
            *BASKET,
            c.SuspendSale("Пані Марія"),
            c.SellItem(BREAD),
            c.SuspendSale("Кошик 14:32"),
        ),
        _go("recall"),
    ),
    Scene("cash", open=_cash),
    Scene("cash-part", (*BASKET, c.TenderCash(200_00)), _partly_paid, everywhere=False),
    Scene("pay", (*BASKET, c.AskTender(TenderType.CARD, 200_00), APPROVED), _go("pay")),
    Scene("terminal", (*BASKET, c.AskTender(TenderType.CARD))),
    Scene(
        "terminal-unsure",
        (*BASKET, c.AskTender(TenderType.CARD), c.ConfirmTender(1, TenderOutcome.UNKNOWN)),
    ),
    Scene("terminal-wait", BY_WIRE, change=_wired),
    Scene("terminal-lost", LOST, change=_wired),
    Scene("terminal-declined", BASKET, _copied, change=_wired),
    Scene("terminal-ledger", OPEN, after=_card_asked, change=_shared_cards),
    Scene("pay-part", IN_PART, _go("pay"), everywhere=False, change=_wired),
    Scene("pay-code", (*BASKET, c.AskTender(TenderType.QR)), after=_code_shown),
    Scene(
        "customer-code",
        (*BASKET, c.AskTender(TenderType.QR)),
        after=_code_shown,
        customers=True,
    ),
    Scene(
        "pay-code-theirs",
        (*BASKET, c.AskTender(TenderType.QR)),
        _their_code,
        _code_shown,
        everywhere=False,
    ),
    Scene(
        "pay-code-unsure",
        (*BASKET, c.AskTender(TenderType.QR), c.ConfirmTender(1, TenderOutcome.UNKNOWN)),
        everywhere=False,
    ),
    Scene(
        "bank-wait",
        (*BASKET, c.AskTender(TenderType.QR)),
        everywhere=False,
        change=_bank_answers,
    ),
    Scene(
        "bank-lost",
        (
            *BASKET,
            c.AskTender(TenderType.QR),
            c.AnswerTender(SaleId(1), 1, TenderOutcome.UNKNOWN, port="QR"),
        ),
        everywhere=False,
        change=_bank_answers,
    ),
    Scene(
        "pay-code-bank",
        (*BASKET, c.AskTender(TenderType.QR)),
        after=_page_shown,
        everywhere=False,
        change=_bank_answers,
    ),
    Scene("foreign-cash", open=_euros),
    Scene("tip", open=_go("tip"), everywhere=False),
    Scene("done", SOLD, _go("done")),
    Scene("returns", SOLD, _find_receipt),
    Scene("return-lines", SOLD, _open_receipt),
    Scene("return-item", SOLD, _return_item, everywhere=False),
    Scene("return-many", SOLD, _return_many, everywhere=False),
    Scene("return-serial", SOLD, _return_serial, everywhere=False),
    Scene("returns-customer", OPEN, _receipts_of_regular, _customers, everywhere=False),
    Scene("pay-return", (*PART_BY_CARD, ALL_BACK), _go("pay"), everywhere=False),
    Scene("sale-return", (*SOLD, TAKEN_BACK), everywhere=False),
    Scene("sale-exchange", (*SOLD, TAKEN_BACK, c.SellItem(COFFEE)), everywhere=False),
    Scene("done-return", (*SOLD, TAKEN_BACK, c.TenderCash()), _go("done"), everywhere=False),
    Scene("more", open=_go("more")),
    Scene("price-check", OPEN, _price),
    Scene("price-check-list", OPEN, _price_of_list, past=_lists),
    Scene("variants", OPEN, _go("variants", family=SOCKS)),
    Scene(
        "containers",
        (*OPEN, c.SellItem(WATER, Decimal(2)), c.ReturnDeposit(BOTTLE, Decimal(5))),
        _containers,
    ),
    Scene(
        "sale-deposit",
        (*OPEN, c.SellItem(WATER, Decimal(2)), c.ReturnDeposit(BOTTLE, Decimal(3))),
        everywhere=False,
    ),
    Scene("no-sale", OPEN, _go("no_sale")),
    Scene("pay-out", OPEN, _pay_out),
    Scene(
        "x-report",
        (*SOLD, c.MoveCash(CashDirection.PAY_OUT, 200_00, "bank"), c.NoSale("change")),
        _x_report(),
    ),
    Scene("x-report-till", TWO_OPEN, _x_report("till"), change=_two_drawers),
    Scene(
        "x-report-cashier",
        TWO_OPEN,
        _x_report("cashier:olena"),
        everywhere=False,
        change=_two_drawers,
    ),
    Scene("safe-drop", RICH, _safe_drop, everywhere=False, change=_careful),
    Scene("handover", SOLD, _go("handover"), everywhere=False),
    Scene(
        "handover-count",
        (*SOLD, c.CountDrawer((DenominationCount(1000_00, 2),))),
        _go("handover_count"),
        everywhere=False,
    ),
    Scene("past-shifts", CLOSED_TWICE, _past_shifts),
    Scene("open-matters", OPEN_DAY, _go("open_matters"), _unknown_print),
    Scene("terminal-tampered", SOLD, _go("open_matters"), _tampered),
    Scene("payments", OPEN_DAY, _go("payments"), everywhere=False),
    Scene("payments-wired", LEFT_OPEN, _go("payments"), change=_wired),
    Scene("verdict", LEFT_OPEN, _verdict, change=_wired),
    Scene("terminals", TERMINAL_OFF, _go("terminals"), change=_wired),
    Scene("terminal-day", TERMINAL_OFF, _go("terminal_day", terminal=WIRED_NAME), change=_wired),
    Scene("foreign-count", COUNTED_EUROS, _foreign_count, everywhere=False),
    Scene("drawers", TWO_OPEN, _go("drawers"), everywhere=False, change=_two_drawers),
    Scene("close", (*SOLD, c.SellItem(MILK), c.SuspendSale("Пані Марія")), _count),
    Scene(
        "close-counted",
        (*SOLD, c.CountDrawer(tuple(DenominationCount(v, n) for v, n in COUNT))),
        _go("close"),
    ),
    Scene("matters", SOLD, _go("matters"), _unknown_print),
    Scene("devices", BASKET, _go("devices"), _troubled),
    Scene("fleet-code", BASKET, after=_joins_fleet),
    Scene("fleet-code-why", BASKET, _go("devices"), _joins_fleet),
    Scene("not-delivered", BASKET, after=_not_delivered),
    Scene("not-delivered-why", BASKET, _go("devices"), _not_delivered),
    Scene("stock", OPEN, _list("left"), _stocked),
    Scene("stock-expiring", OPEN, _list("expiring"), _stocked),
    Scene("stock-order", OPEN, _list("order"), _stocked, everywhere=False),
    Scene("stock-papers", OPEN, _list("papers"), _stocked, everywhere=False),
    Scene("stock-paper", OPEN, _paper, _stocked),
    Scene("stock-text", OPEN, _text, everywhere=False),
    Scene("stock-counts", OPEN, _counts, _one_category, everywhere=False),
    Scene("stock-counting", OPEN, _counting, _half_counted),
    Scene("staff", OPEN, _go("staff")),
    Scene("staff-many", OPEN, _go("staff"), _many, everywhere=False),
    Scene("locked", BASKET, _pin_typed, _locked),
    Scene("approve", BASKET, _too_much, _guarded),
    Scene("people", OPEN, _go("staff_list"), _boss),
    Scene("person", OPEN, _person("person", "olena"), _boss),
    Scene("person-badge", OPEN, _badge_awaited, _boss),
    Scene("person-name", OPEN, _person("person_name", "", "Софія"), _boss, everywhere=False),
    Scene("person-role", OPEN, _person("person_role", "sofiia"), _boss),
    Scene("person-pin", OPEN, _person("person_pin", "sofiia", "4802"), _boss),
    Scene("age", BASKET, _wine),
    Scene("hours-over", OPEN, _too_late),
    Scene("age-young", BASKET, _young, everywhere=False),
    Scene("training", BASKET, _training),
    Scene("reports", MANAGED, _report(), past=trade),
    Scene("reports-week", MANAGED, _report(span="week"), everywhere=False, past=trade),
    Scene("reports-hour", MANAGED, _report("hour", "yesterday"), everywhere=False, past=trade),
    Scene("reports-item", MANAGED, _report("item", "week"), past=trade),
    Scene("reports-margin", MANAGED, _report("margin", "week"), everywhere=False, past=trade),
    Scene("reports-shortage", OPEN, _report("shortage"), _short, everywhere=False),
    Scene("reports-sums", MANAGED, _report("sums", "week"), everywhere=False, past=trade),
    Scene("reports-empty", MANAGED, _report(), everywhere=False),
    Scene("reports-not-allowed", OPEN, _report(), everywhere=False),
    Scene("reports-days", MANAGED, _report_days, everywhere=False, past=trade),
    Scene("signals", OPEN, _signals, _week),
    Scene("settings", OPEN, _go("settings")),
    Scene("idle", OPEN, _go("idle"), everywhere=False),
)

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
