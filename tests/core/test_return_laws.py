"""Laws of goods that come back: exact to the last kopeck, never more than was sold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.item import Unit
from appliance.core.policy import Policy
from appliance.core.returns import Back, came_back, share_back

from .builders import BAG, ITEMS, POLICY, opened
from .returning import earlier, returns_of, take, with_back

LAW_ITEMS = tuple(
    replace(item, price_minor=max(item.price_minor, 7)) for item in ITEMS if not item.open_price
)
LAW_POLICIES = tuple(
    replace(
        POLICY,
        tax_rounding=rounding,
        taxes={code: replace(rule, included=included) for code, rule in POLICY.taxes.items()},
    )
    for rounding in ("line", "total")
    for included in (True, False)
)


@st.composite
def baskets(draw: st.DrawFn) -> list[c.Command]:
    commands: list[c.Command] = []
    for at in range(draw(st.integers(1, 5))):
        item = draw(st.sampled_from(LAW_ITEMS))
        quantity = (
            Decimal(draw(st.integers(1, 9)))
            if item.unit is Unit.PIECE
            else Decimal(draw(st.integers(1, 3000))).scaleb(-3)
        )
        # Another price each: lines of one item stay apart.
        price = draw(st.integers(1, 30_000)) * 10 + at
        commands.append(c.AddItem(item, quantity, unit_price_minor=price))
        if item.discountable and draw(st.booleans()):
            percent = Decimal(draw(st.integers(0, 1000))).scaleb(-1)
            commands.append(c.DiscountLine(f.LineId(at + 1), f.Discount(percent=percent)))
    if draw(st.booleans()):
        amount = draw(st.integers(0, 5000))
        commands.append(c.DiscountBasket(f.Discount(amount_minor=amount)))
    return commands


@given(st.sampled_from(LAW_POLICIES), baskets(), st.data())
@settings(max_examples=150, deadline=None)
def test_any_returns_add_up_to_the_sale_and_never_beyond(
    policy: Policy, commands: list[c.Command], data: st.DataObject
) -> None:
    bench = opened(1_000_00, policy)
    bench.does(*commands, c.TenderCash())
    sale = earlier(bench)
    for _ in range(30):
        now = with_back(sale, returns_of(bench))
        gone = {it.line: came_back(it, bench.state, sale.ref).quantity for it in now.lines}
        left = [line for line in now.lines if gone[line.line] < line.quantity]
        if not left:
            break
        line = data.draw(st.sampled_from(left))
        rest = line.quantity - gone[line.line]
        part = rest
        if data.draw(st.booleans()):
            step = Decimal(1) if line.unit is Unit.PIECE else Decimal("0.001")
            part = step * data.draw(st.integers(1, int(rest / step)))
        bench.does(take(now, (line.line, str(part))))
        held = bench.state.sale.lines[-1]  # type: ignore[union-attr]
        if data.draw(st.integers(0, 4)) == 0:
            bench.does(c.VoidLine(held.line))
        if bench.state.sale.live_lines and data.draw(st.booleans()):  # type: ignore[union-attr]
            bench.does(c.TenderCash())
    if bench.state.sale is not None and bench.state.sale.live_lines:
        bench.does(c.TenderCash())
    for line in with_back(sale, returns_of(bench)).lines:
        assert line.back <= line.quantity
        gave = line.given_back
        if gave is None:
            continue
        assert -gave.gross_minor <= line.sold.gross_minor
        assert gave.net_minor + gave.tax_minor == gave.gross_minor
        if line.back == line.quantity:
            assert -gave.gross_minor == line.sold.gross_minor
            assert -gave.net_minor == line.sold.net_minor
            assert tuple(-tax for tax in gave.taxes) == line.sold.taxes
            assert -gave.tax_minor == line.sold.tax_minor
            assert -gave.discount_minor == line.sold.discount_minor


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(0, 10**8), max_size=3),
    st.integers(1, 40),
    st.data(),
)
@settings(max_examples=150, deadline=None)
def test_shares_never_turn_round_whatever_was_taken_out_in_between(
    gross: int, taxes: list[int], pieces: int, data: st.DataObject
) -> None:
    whole = f.LineSold(
        f.LineId(1),
        gross - sum(taxes),
        sum(taxes),
        gross,
        0,
        tuple(taxes) if len(taxes) > 1 else (),
        promotions=(f.PromotionShare("p", gross // 3, "Акція"),),
        cost_minor=gross // 2,
    )
    line = c.SoldEarlier(f.LineId(1), BAG.id, "x", Unit.PIECE, Decimal(pieces), 1, (), whole)
    kept: list[tuple[Decimal, f.LineSold]] = []
    for _ in range(60):
        back = Back()
        for quantity, share in kept:
            back = back.and_also(quantity, share)
        left = line.quantity - back.quantity
        if not left:
            break
        more = Decimal(data.draw(st.integers(1, int(left))))
        share = share_back(line, more, back, f.LineId(2))
        assert share.gross_minor <= 0
        kept.append((more, share))
        if len(kept) > 1 and data.draw(st.integers(0, 3)) == 0:
            kept.pop(data.draw(st.integers(0, len(kept) - 1)))
    back = Back()
    for quantity, share in kept:
        back = back.and_also(quantity, share)
    if back.quantity == line.quantity and back.sold is not None:
        assert -back.sold.gross_minor == gross
        assert -back.sold.tax_minor == sum(taxes)
        assert -back.sold.promotions[0].amount_minor == gross // 3
        assert -(back.sold.cost_minor or 0) == gross // 2
