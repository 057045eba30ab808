"""Labels of the shop's own scale, read by the shop's own rules, on their way into the basket."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from appliance.core import commands as c
from appliance.core.barcode import RuleKind, ShopRule
from appliance.core.barcode.check_digits import check_digit
from appliance.core.item import Item, ItemId, Unit
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal
from appliance.resolve import resolve

TODAY = date(2026, 11, 23)
BUNS = Item(ItemId("buns"), "Булочки", 1250)
CHEESE = Item(ItemId("cheese"), "Сир", 39_990, unit=Unit.KILOGRAM)
RULES = (
    ShopRule("25", RuleKind.COUNT, 5, 5),
    ShopRule("26", RuleKind.PRICE, 5, 5, 2),
    ShopRule("29", RuleKind.WEIGHT, 5, 5, 3),
)


class Two:
    """A shelf of two items, known by the item digits of their labels."""

    version = 1
    count = 2

    def refresh(self) -> bool:
        return False

    def by_plu(self, plu: str) -> Item | None:
        return {"00011": BUNS, "00012": CHEESE}.get(plu)

    def by_id(self, item: ItemId) -> Item | None:
        return None

    def by_gtin(self, gtin: str) -> Item | None:
        return None

    def by_base(self, base: str) -> Item | None:
        return None

    def by_code(self, text: str) -> Item | None:
        return None


OURS = Policy(barcode_rules=RULES)


def scan(digits: str, policy: Policy = OURS) -> c.AddItem | c.SignIn | Refusal:
    return resolve(c.Scan(digits + check_digit(digits)), Two(), policy, TODAY)


def test_a_label_with_a_count_adds_so_many_pieces():
    added = scan("250001100012")
    assert isinstance(added, c.AddItem)
    assert (added.item, added.quantity, added.amount_minor) == (BUNS, Decimal(12), None)


def test_a_label_with_a_weight_adds_the_weight():
    added = scan("290001200855")
    assert isinstance(added, c.AddItem)
    assert (added.item, added.quantity) == (CHEESE, Decimal("0.855"))


def test_a_label_with_a_price_rings_that_amount():
    added = scan("260001205490")
    assert isinstance(added, c.AddItem)
    assert (added.item, added.amount_minor) == (CHEESE, 5490)


def test_what_no_rule_of_the_shop_takes_is_as_the_region_says():
    added = scan("220001200855")
    assert isinstance(added, c.AddItem)
    assert added.quantity == Decimal("0.855")
    assert isinstance(scan("250001100012", Policy()), c.AddItem)


def test_a_price_finer_than_the_currency_is_refused_and_breaks_nothing():
    refused = scan("280001205490", Policy(currency="JPY"))
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.CODE_INVALID
    whole = scan("280001205400", Policy(currency="JPY"))
    assert isinstance(whole, c.AddItem)
    assert whole.amount_minor == 54
    nothing = scan("280001200000", Policy(currency="JPY"))
    assert isinstance(nothing, Refusal)
    assert nothing.reason is Reason.LABEL_WRONG
