"""From state to view: what the screen shows, as a pure function."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from appliance.core import offers
from appliance.core import view as v
from appliance.core.accounts_look import AccountsLook, ShortLook
from appliance.core.devices import DeviceHealth
from appliance.core.drawers import drawer_in_use, likely_float
from appliance.core.facts import LineId, PrintWhat, TenderType
from appliance.core.money import round_half_away
from appliance.core.numbers import receipt_number
from appliance.core.occasion import ANY, Occasion
from appliance.core.pay_look import pay_look
from appliance.core.people_look import PeopleLook
from appliance.core.permissions import role_of, sees_cash
from appliance.core.policy import Policy
from appliance.core.price_steps import line_price
from appliance.core.pricing import Priced, PricedLine, Reduction
from appliance.core.returns import refund_plan
from appliance.core.roles import Permission
from appliance.core.settlement import balance
from appliance.core.shift_look import cash_look
from appliance.core.state import (
    CompletedSale,
    Coupon,
    HandedOver,
    Line,
    PrintJob,
    Sale,
    Shift,
    State,
)
from appliance.core.stock_look import CountLook, StockLook
from appliance.core.totals import LINES_SPARE, Reach, price_sale, reach_of
from appliance.core.update_look import UpdateLook

_line_looks: dict[int, tuple[Line, tuple[object, ...], v.LineLook]] = {}
"""Looks of lines that did not change since the last scan, by identity; let go like priced lines."""


@dataclass(frozen=True, slots=True)
class Names:
    """Whose till this is, as the header shows it; number and epoch are the receipt number's."""

    shop: str
    till: str
    till_number: int = 1
    epoch: int = 1


def look(state: State, policy: Policy, names: Names, today: date | None = None) -> v.Look:
    """The durable half of the view; the till adds what is only of this moment (notice, weight)."""
    return v.Look(
        revision=0,
        currency=state.currency or policy.currency,
        shop=names.shop,
        till=names.till,
        cashier=state.cashier,
        cashier_name=state.cashier_name,
        shift=_shift(state.shift, state, policy) if state.shift else None,
        basket=_basket(state.sale, policy) if state.sale and not state.locked else None,
        done=_done(state.done, names) if state.done and not state.locked else None,
        suspended=()
        if state.locked
        else tuple(_suspended(sale, policy) for sale in state.suspended),
        under_way=() if state.locked else tuple(_under_way(it, policy) for it in state.handed_over),
        matters=_matters(state, names),
        devices=tuple(
            DeviceHealth(d.device, d.category, d.state, d.problem, d.detail) for d in state.devices
        ),
        drawer_open=state.drawer_open,
        pay=pay_look(state, policy, today),
        denominations=policy.denominations,
        blind_count=policy.blind_count,
        catalogue_version=state.catalogue_version,
        last_z=state.last_z,
        accounts=_accounts(state, policy),
        stock=StockLook(counts=tuple(CountLook(it.count, it.scope) for it in state.counts)),
        suggested_float_minor=likely_float(state, policy, drawer_in_use(state, policy)),
        cash=cash_look(state, policy, today),
        update=UpdateLook(unread=state.unread),
        people=PeopleLook(
            locked=state.locked,
            resting=state.training,
            reports=role_of(state.cashier or "", policy).may(Permission.REPORTS),
            basket_waits=state.sale is not None and bool(state.sale.live_lines),
        ),
    )


def _accounts(state: State, policy: Policy) -> AccountsLook:
    shorts = tuple(
        ShortLook(it.account, it.kind, it.hint, it.short_minor, it.detail) for it in state.shorts
    )
    return AccountsLook(shorts=shorts, loyalty=policy.accounts.loyalty.points > 0)


def _basket(sale: Sale, policy: Policy) -> v.BasketLook:
    priced = price_sale(sale, policy)
    live, reach = sale.live_lines, reach_of(sale)
    if len(_line_looks) > 2 * len(live) + LINES_SPARE:
        _line_looks.clear()
    left = balance(sale, priced.total_minor, policy)
    return v.BasketLook(
        sale=sale.sale,
        lines=tuple(
            _line(
                line,
                sold.base_minor if line.sold is None else sold.amount_minor,
                sold,
                reach,
                policy,
            )
            for line, sold in zip(live, priced.lines, strict=True)
        ),
        total_minor=priced.total_minor,
        discount_minor=sum(
            [
                sold.discount_minor
                for line, sold in zip(live, priced.lines, strict=True)
                if line.sold is None
            ]
        ),
        tax_minor=_tax(priced),
        rounding_minor=left.cash_due_minor - left.left_minor,
        cash_due_minor=left.cash_due_minor,
        tendered_minor=sale.tendered_minor,
        tenders=tuple(
            v.TenderLook(
                t.tender,
                t.type.value,
                t.amount_minor,
                t.status.value,
                t.currency,
                t.foreign_minor,
                t.reference,
                t.reverses,
            )
            for t in sale.live_tenders
        ),
        discount=sale.discount,
        last_line=_last(live),
        left_minor=left.left_minor,
        name=sale.name,
        refunds=tuple(
            v.RefundLook(it.type.value, it.amount_minor, it.account, it.reference)
            for it in refund_plan(sale, priced.total_minor)
        )
        if sale.taken_back
        else (),
        voids=next((it.receipt for it in sale.taken_back), "") if sale.voids else "",
        offers=tuple(
            _offer(it, policy) for it in priced.promotions if not offers.on_lines(it.id, policy)
        ),
        coupons=tuple(
            v.CouponLook(it.id, it.promotion, _works(it, priced, policy)) for it in sale.coupons
        )
        if sale.coupons
        else (),
    )


def _last(live: tuple[Line, ...]) -> LineId | None:
    """Where the eye goes: the goods, not the deposit below them."""
    if not live:
        return None
    return live[-1].line if live[-1].of_line is None else live[-1].of_line


def _offer(taken: Reduction, policy: Policy) -> v.OfferLook:
    known = policy.offers.get(taken.id)
    return v.OfferLook(taken.id, taken.discount_minor, known.names if known else {})


def _works(coupon: Coupon, priced: Priced, policy: Policy) -> bool:
    return any(
        policy.offers[it.id].when.coupon == coupon.promotion
        for it in priced.promotions
        if it.id in policy.offers
    )


def _tax(priced: Priced) -> int:
    return sum(tax.tax_minor for tax in priced.taxes.values())


def _line(
    line: Line, base_minor: int, sold: PricedLine, reach: Reach, policy: Policy
) -> v.LineLook:
    """A line shows its own discount and offers; its part of a basket's stands in the total."""
    known = _line_looks.get(id(line))
    key = (base_minor, sold.promotions, line.prices and reach, policy)
    if known is not None and known[0] is line and known[1] == key:
        return known[2]
    own = own_discount(line, base_minor)
    taken = tuple(_offer(it, policy) for it in sold.promotions if offers.on_lines(it.id, policy))
    unit_minor, step = line_price(line, *reach)
    shown = v.LineLook(
        line=line.line,
        item=line.item,
        name=line.name,
        quantity=line.quantity,
        unit=line.unit,
        unit_price_minor=unit_minor,
        amount_minor=base_minor - own - sum(it.amount_minor for it in taken),
        discount_minor=own,
        discount=line.discount,
        overridden=line.unit_price_minor != line.list_price_minor,
        kind=line.kind,
        returns=line.returns.receipt if line.returns else "",
        modifiers=line.modifiers,
        staff=line.staff,
        offers=taken,
        list_price_minor=line.list_price_minor,
        price_list=(step.name or step.list) if step else "",
        of_line=line.of_line,
        tare_kg=line.tare_kg,
    )
    _line_looks[id(line)] = (line, key, shown)
    return shown


def own_discount(line: Line, base_minor: int) -> int:
    """What the line's own discount takes off its base, in minor units."""
    discount = line.discount
    if discount is None:
        return 0
    if discount.amount_minor is not None:
        return min(discount.amount_minor, base_minor)
    percent = discount.percent or 0
    return round_half_away(Fraction(base_minor) * Fraction(percent) / 100)


def _done(done: CompletedSale, names: Names) -> v.DoneLook:
    taken = done.sale.live_tenders
    return v.DoneLook(
        sale=done.sale.sale,
        number=receipt_number(names.till_number, names.epoch, done.receipt),
        total_minor=done.total_minor,
        due_minor=done.total_minor + done.rounding_minor,
        paid_minor=done.paid_minor,
        change_minor=done.change_minor,
        receipt=done.receipt_status,
        cash=any(t.type in (TenderType.CASH, TenderType.FOREIGN_CASH) for t in taken),
    )


def _suspended(sale: Sale, policy: Policy) -> v.SuspendedLook:
    total = price_sale(sale, policy).total_minor
    return v.SuspendedLook(sale.sale, sale.name, len(sale.live_lines), total)


def _under_way(handed: HandedOver, policy: Policy) -> v.UnderWayLook:
    total = price_sale(handed.sale, policy).total_minor
    lines = len(handed.sale.live_lines)
    return v.UnderWayLook(handed.key, handed.to, handed.sale.name, lines, total)


def _matters(state: State, names: Names) -> tuple[v.MatterLook, ...]:
    ended = [
        v.MatterLook(
            m.job.effect,
            m.job.what,
            _label(m.job, names),
            m.outcome.value,
            m.detail,
            sale=m.job.sale,
        )
        for m in state.matters
    ]
    waiting = [
        v.MatterLook(job.effect, job.what, _label(job, names), "waiting", waiting=True)
        for job in state.effects
        if isinstance(job, PrintJob) and not job.started
    ]
    return (*ended, *waiting)


def _label(job: PrintJob, names: Names) -> str:
    if job.what is not PrintWhat.RECEIPT:
        return str(job.shift or "")
    if job.receipt:
        return receipt_number(names.till_number, names.epoch, job.receipt)
    return str(job.sale)


def _shift(shift: Shift, state: State, policy: Policy) -> v.ShiftLook:
    totals, count = shift.totals, shift.count
    shown = count is not None or not policy.blind_count
    sees = sees_cash(state, policy, Occasion(ANY.at, state.cashier))
    return v.ShiftLook(
        shift=shift.shift,
        z_number=state.last_z + 1,
        sales=totals.sales,
        items=totals.items,
        gross_minor=totals.gross_minor if sees else None,
        discount_minor=totals.discount_minor,
        rounding_minor=totals.rounding_minor,
        float_minor=totals.float_minor,
        cash_sales_minor=totals.cash_sales_minor if sees else None,
        pay_in_minor=totals.pay_in_minor,
        pay_out_minor=totals.pay_out_minor,
        voided_lines=totals.voided_lines,
        voided_sales=totals.voided_sales,
        no_sales=totals.no_sales,
        taxes=tuple(
            v.TaxLook(
                policy.taxes[tax.code].name if tax.code in policy.taxes else tax.code,
                policy.taxes[tax.code].letter if tax.code in policy.taxes else "",
                tax.net_minor,
                tax.tax_minor,
            )
            for tax in totals.taxes
        )
        if sees
        else (),
        expected_minor=shift.cash_minor if shown else None,
        counted_minor=count.counted_minor if count else None,
        attempt=count.attempt if count else 0,
    )
