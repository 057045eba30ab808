"""Random baskets in the contract's JSON, small numbers first so that ties and edges are common."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

SKUS = ["a", "b", "c", "d"]


def decimals(low: int, high: int, places: int) -> st.SearchStrategy[str]:
    """A number of hundredths (or whatever `places` says) as a string."""
    return st.integers(low, high).map(lambda n: format(Decimal(n).scaleb(-places), "f"))


percents = st.one_of(st.sampled_from(["0", "10", "33.3", "50", "100"]), decimals(0, 1000, 1))


def currency_decimals(currency: str) -> int:
    return {"JPY": 0, "UAH": 2, "KWD": 3, "CLF": 4}[currency]


@st.composite
def taxes(draw):
    table = {}
    for code in ("A", "B", "C"):
        if draw(st.booleans()):
            table[code] = {
                "rate": draw(st.sampled_from(["0", "5", "7", "20", "21", "5.5", "33.33"]))
            }
        else:
            table[code] = {"amount": draw(st.sampled_from(["0", "0.50", "1", "0.333"]))}
        if draw(st.booleans()):
            table[code]["included"] = draw(st.booleans())
        if draw(st.booleans()):
            table[code]["compound"] = draw(st.booleans())
    return table


@st.composite
def discounts(draw, places):
    if draw(st.booleans()):
        return {"percent": draw(percents)}
    return {"amount": draw(decimals(0, 3000, places))}


@st.composite
def lines(draw, places, *, units_only=False):
    line = {
        "sku": draw(st.sampled_from(SKUS)),
        "qty": draw(
            st.one_of(
                st.integers(0, 6).map(str),
                st.sampled_from(["1", "2", "2.0", "-1", "-2", "0"]),
                st.nothing() if units_only else decimals(-2500, 2500, 3),
            )
        ),
        "price": draw(
            st.one_of(
                st.sampled_from(["0", "1", "2", "10"]),
                decimals(0, 5000, places),
                st.nothing() if units_only else decimals(0, 5000, places + 1),
            )
        ),
    }
    if draw(st.booleans()):
        line["tax"] = draw(st.permutations(["A", "B", "C"]))[: draw(st.integers(0, 3))]
    if draw(st.integers(0, 4)) == 0:
        line["discount"] = draw(discounts(places))
    if draw(st.integers(0, 5)) == 0:
        line["discountable"] = draw(st.booleans())
    return line


def skus():
    return st.one_of(st.none(), st.lists(st.sampled_from(SKUS), max_size=3, unique=True))


@st.composite
def promotions(draw, places):
    kind = draw(st.sampled_from(["percent", "n_for_m", "nth_percent", "bundle", "threshold"]))
    one = {"type": kind, "id": draw(st.sampled_from(["", "p", "q"]))}
    if kind in ("percent", "n_for_m", "nth_percent"):
        one["skus"] = draw(skus())
    match kind:
        case "percent":
            one["percent"] = draw(percents)
        case "n_for_m":
            one["buy"] = draw(st.integers(1, 4))
            one["pay"] = draw(st.integers(0, one["buy"] - 1))
        case "nth_percent":
            one["every"] = draw(st.integers(1, 4))
            one["percent"] = draw(percents)
        case "bundle":
            one["price"] = draw(decimals(0, 4000, places))
            item = st.fixed_dictionaries(
                {
                    "skus": st.lists(st.sampled_from(SKUS), min_size=1, max_size=3, unique=True),
                    "qty": st.integers(1, 3),
                }
            )
            one["items"] = draw(st.lists(item, min_size=1, max_size=3))
        case "threshold":
            one["min"] = draw(decimals(0, 8000, places))
            one |= draw(discounts(places))
    conditions = {
        "from": st.sampled_from(["2026-11-23", "2026-11-23T17:30:00", "2026-11-24T00:00:01"]),
        "until": st.sampled_from(["2026-11-23T17:30:00", "2026-11-24"]),
        "days": st.lists(st.integers(1, 7), max_size=4),
        "hours": st.sampled_from([["17:00", "18:00"], ["17:31", "23:59"], ["00:00", "17:30"]]),
        "group": st.sampled_from(["gold", "staff"]),
        "coupon": st.sampled_from(["AUTUMN", "X"]),
    }
    if draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from(sorted(conditions)))
        one[name] = draw(conditions[name])
    return one


@st.composite
def baskets(draw, *, promotions_max=4, units_only=False):
    currency = draw(st.sampled_from(["UAH", "UAH", "JPY", "KWD", "CLF"]))
    places = currency_decimals(currency)
    basket = {
        "currency": currency,
        "prices_include_tax": draw(st.booleans()),
        "tax_rounding": draw(st.sampled_from(["line", "total"])),
        "taxes": draw(taxes()),
        "lines": draw(st.lists(lines(places, units_only=units_only), max_size=6)),
        "promotions": draw(st.lists(promotions(places), max_size=promotions_max)),
    }
    if draw(st.booleans()):
        basket["discount"] = draw(discounts(places))
    if draw(st.booleans()):
        basket["at"] = "2026-11-23T17:30:00"
    if draw(st.booleans()):
        basket["customer"] = {"groups": ["gold"]}
        basket["coupons"] = ["AUTUMN"]
    if draw(st.booleans()):
        basket["rounding"] = {
            "cash_step": draw(
                st.sampled_from([{0: "5", 2: "0.50", 3: "0.050", 4: "0.0003"}[places], "1", "7"])
            ),
            "mode": draw(st.sampled_from(["half_up", "half_down", "up", "down"])),
        }
    basket["tenders"] = draw(
        st.lists(
            st.fixed_dictionaries(
                {"type": st.sampled_from(["cash", "card"]), "amount": decimals(-3000, 9000, places)}
            ),
            max_size=3,
        )
    )
    return basket


@st.composite
def large_baskets(draw):
    """Many promotions over many goods, as a supermarket has them: the listed order counts."""
    goods = [f"g{n}" for n in range(draw(st.sampled_from([8, 20, 60])))]
    chance = draw(st.randoms(use_true_random=False))
    currency = chance.choice(["UAH", "JPY", "KWD"])
    places = currency_decimals(currency)

    def amount(low, high):
        return format(Decimal(chance.randint(low, high)).scaleb(-places), "f")

    def some(most):
        return chance.sample(goods, chance.randint(1, min(most, len(goods))))

    def line():
        one = {"sku": chance.choice(goods), "qty": str(chance.choice([0, 1, 1, 1, 2, 3, 12, -1]))}
        one["price"] = amount(1, 3000)
        match chance.randrange(12):
            case 0:
                one |= {"qty": "0.735"}
            case 1:
                one |= {"price": one["price"] + ("5" if places else ".5")}
            case 2:
                one |= {"discount": {"percent": "10"}}
            case 3:
                one |= {"discountable": False}
        if chance.random() < 0.8:
            one["tax"] = ["VAT"]
        return one

    def promotion(k):
        kind = chance.choice(["percent", "n_for_m", "nth_percent", "bundle", "threshold"])
        one = {"id": f"p{k}", "type": kind}
        match kind:
            case "percent":
                one |= {"percent": str(chance.randint(0, 100)), "skus": some(30)}
            case "n_for_m":
                buy = chance.randint(1, 4)
                one |= {"buy": buy, "pay": chance.randrange(buy), "skus": some(30)}
            case "nth_percent":
                one |= {"every": chance.randint(1, 3), "percent": "50", "skus": some(30)}
            case "bundle":
                items = [
                    {"skus": some(10), "qty": chance.randint(1, 2)}
                    for _ in range(chance.randint(1, 3))
                ]
                one |= {"items": items, "price": amount(0, 4000)}
            case "threshold":
                one |= {"min": amount(0, 60_000), "percent": str(chance.randint(0, 9))}
        if kind != "bundle" and chance.random() < 0.05:
            one.pop("skus", None)
        match chance.randrange(8):
            case 0:
                one["group"] = chance.choice(["gold", "staff"])
            case 1:
                one["coupon"] = chance.choice(["AUTUMN", "X"])
            case 2:
                one["hours"] = chance.choice([["08:00", "20:00"], ["20:00", "21:00"]])
        return one

    return {
        "currency": currency,
        "tax_rounding": chance.choice(["line", "total"]),
        "taxes": {"VAT": {"rate": "20", "included": chance.random() < 0.5}},
        "lines": [line() for _ in range(draw(st.integers(1, 30)))],
        "promotions": [promotion(k) for k in range(draw(st.sampled_from([3, 5, 6, 12, 60])))],
        "at": "2026-11-23T17:30:00",
        "customer": {"groups": ["gold"]},
        "coupons": ["AUTUMN"],
    }
