"""Who may do what: no command makes a fact for somebody without its permission."""

from __future__ import annotations

import typing
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide import decide
from appliance.core.evolve import replay
from appliance.core.item import ItemId
from appliance.core.needs import NEEDS
from appliance.core.occasion import Occasion
from appliance.core.permissions import lack_of
from appliance.core.policy import Person
from appliance.core.refusal import Reason, Refusal
from appliance.core.roles import CASHIER, MANAGER, ROLES, SENIOR, Permission, Role

from .builders import BREAD, MILK, POLICY, WINE, Bench, add, opened
from .returning import earlier as earlier_sale

AT = datetime(2026, 11, 23, 14, 0)
NOBODY = Role("nobody", frozenset())
SHOP = replace(
    POLICY,
    staff=(
        Person("olena", "Олена", "cashier"),
        Person("sofia", "Софія", "senior"),
        Person("ivan", "Іван", "manager"),
        Person("guest", "Гість", "nobody"),
    ),
    roles={**ROLES, "nobody": NOBODY},
)
MANAGED = replace(MILK, id=ItemId("managed"), needs_manager=True)


def selling() -> Bench:
    bench = opened(policy=SHOP)
    bench.does(add(MILK, "2"), add(BREAD))
    return bench


def answer(
    bench: Bench, command: c.Command, actor: str, approver: str = ""
) -> tuple[f.Fact, ...] | Refusal:
    return decide(bench.state, command, SHOP, Occasion(AT, actor, approver))


def test_every_command_stands_in_the_table_of_permissions() -> None:
    missing = {kind.__name__ for kind in typing.get_args(c.Command)} - {k.__name__ for k in NEEDS}
    assert not missing, f"say in core/permissions.py what these need: {sorted(missing)}"


SAMPLES: tuple[c.Command, ...] = (
    add(MILK),
    add(MANAGED),
    c.ChangeQuantity(f.LineId(1), Decimal(3)),
    c.OverridePrice(f.LineId(1), 1000, "пошкоджено"),
    c.DiscountLine(f.LineId(1), f.Discount(percent=Decimal(5))),
    c.DiscountBasket(f.Discount(amount_minor=1)),
    c.VoidLine(f.LineId(1)),
    c.VoidSale(),
    c.SuspendSale("зачекає"),
    c.TenderCash(100_00),
    c.MoveCash(f.CashDirection.PAY_IN, 100, "розмін"),
    c.MoveCash(f.CashDirection.PAY_OUT, 100, "хліб"),
    c.NoSale("розмін"),
    c.PrintXReport(),
    c.CheckAge(MILK.id, 18),
    c.CountStock((f.StockMove(MILK.id, Decimal(1)),), "sheet"),
)


@pytest.mark.parametrize("command", SAMPLES, ids=lambda it: type(it).__name__)
def test_who_may_nothing_makes_no_fact_of_any_command(command: c.Command) -> None:
    refused = answer(selling(), command, "guest")
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.PERMISSION_NEEDED
    assert Permission(refused.params["permission"]) in Permission


@pytest.mark.parametrize("role", [CASHIER, SENIOR, MANAGER], ids=lambda it: it.name)
@pytest.mark.parametrize("permission", list(Permission), ids=str)
def test_a_role_without_one_permission_makes_no_fact_that_needs_it(
    role: Role, permission: Permission
) -> None:
    less = replace(role, name="less", permissions=role.permissions - {permission})
    policy = replace(SHOP, staff=(Person("x", "Х", "less"),), roles={"less": less})
    bench = selling()
    for command in SAMPLES:
        lack = lack_of("x", bench.state, command, policy)
        made = decide(bench.state, command, policy, Occasion(AT, "x"))
        if lack is not None:
            assert isinstance(made, Refusal), command
        if lack is not None and lack.permission is permission:
            assert permission not in less.permissions


@pytest.mark.parametrize("command", SAMPLES, ids=lambda it: type(it).__name__)
@pytest.mark.parametrize("actor", ["ivan", "till", "cli", ""])
def test_a_manager_and_the_machine_itself_are_never_asked(actor: str, command: c.Command) -> None:
    refused = answer(selling(), command, actor)
    assert not isinstance(refused, Refusal) or refused.reason is not Reason.PERMISSION_NEEDED


def test_an_override_is_a_fact_before_the_deed_that_names_both() -> None:
    bench = selling()
    command = c.OverridePrice(f.LineId(1), 1000, "пошкоджено")
    refused = answer(bench, command, "olena")
    assert isinstance(refused, Refusal)
    assert refused.params == {"permission": "price_override", "limit": "10 %"}
    assert answer(bench, command, "olena", approver="ivan") == (
        f.Overridden("price_override", "olena", "ivan", "OverridePrice", "10 %"),
        f.LinePriceOverridden(f.SaleId(1), f.LineId(1), 1000, "пошкоджено"),
    )


def test_an_approval_that_was_not_needed_leaves_no_fact() -> None:
    made = answer(selling(), c.VoidLine(f.LineId(1)), "olena", approver="ivan")
    assert made == (f.LineVoided(f.SaleId(1), f.LineId(1)),)


@pytest.mark.parametrize("approver", ["olena", "guest", "mallory"])
def test_an_approver_needs_the_permission_himself(approver: str) -> None:
    command = c.OverridePrice(f.LineId(1), 1000, "пошкоджено")
    refused = answer(selling(), command, "olena", approver=approver)
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.APPROVER_MAY_NOT


def test_an_approver_is_held_to_his_own_limit() -> None:
    bench = selling()
    within = c.DiscountLine(f.LineId(1), f.Discount(percent=Decimal(25)))
    beyond = c.DiscountLine(f.LineId(1), f.Discount(percent=Decimal("25.1")))
    assert not isinstance(answer(bench, within, "olena", "sofia"), Refusal)
    refused = answer(bench, beyond, "olena", "sofia")
    assert isinstance(refused, Refusal)
    assert refused.params["limit"] == "25 %"


def test_an_approval_does_not_lift_any_other_rule() -> None:
    refused = answer(selling(), c.OverridePrice(f.LineId(1), 1000, " "), "olena", "ivan")
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.REASON_NEEDED


@pytest.mark.parametrize(
    ("price", "allowed"), [(4221, True), (4220, False), (4690, True), (9000, True)]
)
def test_a_cashier_moves_a_price_down_by_a_tenth_of_the_catalogues(
    price: int, allowed: bool
) -> None:
    bench = selling()
    bench.does(c.OverridePrice(f.LineId(1), 4500, "акція"))  # by the machine: no way round it
    made = answer(bench, c.OverridePrice(f.LineId(1), price, "пошкоджено"), "olena")
    assert isinstance(made, tuple) is allowed


@pytest.mark.parametrize(
    ("discount", "allowed"),
    [
        (f.Discount(percent=Decimal(10)), True),
        (f.Discount(percent=Decimal("10.01")), False),
        (f.Discount(amount_minor=938), True),
        (f.Discount(amount_minor=939), False),
        (None, True),
    ],
)
def test_an_amount_counts_as_its_share_of_the_line(
    discount: f.Discount | None, allowed: bool
) -> None:
    made = answer(selling(), c.DiscountLine(f.LineId(1), discount), "olena")
    assert isinstance(made, tuple) is allowed


def test_who_is_no_longer_of_the_staff_is_no_program() -> None:
    refused = answer(selling(), c.OverridePrice(f.LineId(1), 1000, "так"), "dismissed")
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.PERMISSION_NEEDED


def test_a_return_piece_by_piece_is_one_return() -> None:
    bench = opened(policy=SHOP)
    bench.does(add(WINE, "9"), c.TenderCash())
    earlier = earlier_sale(bench)
    piece = c.TakeBack(earlier, (c.Pick(f.LineId(1), Decimal(1)),), "розбита")
    for _ in range(2_000_00 // 252_00):
        made = answer(bench, piece, "olena")
        assert not isinstance(made, Refusal)
        bench.state = replay(bench.state, made)
    refused = answer(bench, piece, "olena")
    assert isinstance(refused, Refusal)
    assert refused.params == {"permission": "return_with_receipt", "limit": "2000.00 UAH"}


def test_returns_without_receipt_in_one_basket_are_added_up() -> None:
    bench = opened(policy=SHOP)
    piece = c.TakeBackUnproven(WINE, Decimal(4), "без чека", 252_00, 252_00)
    made = answer(bench, piece, "sofia")
    assert not isinstance(made, Refusal)
    bench.state = replay(bench.state, made)
    refused = answer(bench, piece, "sofia")
    assert isinstance(refused, Refusal)
    assert refused.params["permission"] == "return_without_receipt"


@pytest.mark.parametrize(
    ("discount", "permission"),
    [
        (c.DiscountLine(f.LineId(1), f.Discount(amount_minor=40_00)), "discount_line"),
        (c.DiscountBasket(f.Discount(amount_minor=40_00)), "discount_basket"),
    ],
)
def test_a_discount_off_many_pieces_does_not_become_one_off_the_last(
    discount: c.Command, permission: str
) -> None:
    role = replace(CASHIER, permissions=CASHIER.permissions | {Permission(permission)})
    shop = replace(SHOP, roles={**SHOP.roles, "cashier": role})
    bench = opened(policy=shop)
    bench.does(add(MILK, "9"), add(BREAD))
    for command in (discount, c.ChangeQuantity(f.LineId(1), Decimal(8))):
        made = decide(bench.state, command, shop, Occasion(AT, "olena"))
        assert not isinstance(made, Refusal), command
    bench.does(discount)
    fewer = c.ChangeQuantity(f.LineId(1), Decimal(1))
    for less in (fewer, c.VoidLine(f.LineId(1))):
        refused = decide(bench.state, less, shop, Occasion(AT, "olena"))
        if permission == "discount_line" and isinstance(less, c.VoidLine):
            assert not isinstance(refused, Refusal)  # the discount goes with its line
        else:
            assert isinstance(refused, Refusal), less
            assert refused.params["permission"] == permission
