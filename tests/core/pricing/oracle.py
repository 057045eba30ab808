"""A second opinion on prices: slow, naive, every unit a list entry, every number a Fraction.

Written from the contract's text alone and sharing no code with the engine. It expects a basket
that is valid; numbers are the contract's strings.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from itertools import permutations
from math import floor

DECIMALS = {"UAH": 2, "EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4}


def money(x):
    """x in units; halves away from zero."""
    return floor(x + Fraction(1, 2)) if x >= 0 else -floor(-x + Fraction(1, 2))


def split(total, shares):
    cut = [int(s) for s in shares]
    missing = total - sum(cut)
    sign = 1 if missing > 0 else -1
    order = sorted(range(len(shares)), key=lambda i: (-(shares[i] - cut[i]) * sign, i))
    for i in order[: int(abs(missing))]:
        cut[i] += sign
    return cut


def prorate(total, weights):
    if not weights or sum(weights) == 0:
        return [0] * len(weights)
    return split(total, [Fraction(total) * w / sum(weights) for w in weights])


def price(basket):
    unit = 10 ** DECIMALS[basket["currency"]]
    lines = basket["lines"]
    qty = [Fraction(x["qty"]) for x in lines]
    cost = [Fraction(x["price"]) * unit for x in lines]
    base = [money(q * c) for q, c in zip(qty, cost, strict=False)]
    a = []
    for x, b in zip(lines, base, strict=False):
        off = x.get("discount") or {}
        d = 0
        if "percent" in off:
            d = money(abs(b) * Fraction(off["percent"]) / 100)
        elif "amount" in off:
            d = min(Fraction(off["amount"]) * unit, abs(b))
        a.append(b - (d if b > 0 else -d if b < 0 else 0))
    given = promotions(basket, unit, qty, cost, a)
    off = basket.get("discount")
    if off:
        who = [i for i in range(len(a)) if a[i] > 0 and lines[i].get("discountable", True)]
        s = sum(a[i] for i in who)
        d = (
            money(s * Fraction(off["percent"]) / 100)
            if "percent" in off
            else min(Fraction(off["amount"]) * unit, s)
        )
        for i, part in zip(who, prorate(d, [a[i] for i in who]), strict=False):
            a[i] -= part
    return written(basket, unit, qty, base, a, given)


def exact_taxes(basket, unit, x, q, amount):
    """By bisection-free algebra: N is found from two trial values, for the sum is linear in N."""
    table = basket.get("taxes", {})
    default = basket.get("prices_include_tax", True)

    def taxes(n):
        found = []
        for code in x.get("tax", []):
            t = table[code]
            if "rate" in t:
                found.append(
                    Fraction(t["rate"]) / 100 * (n + (sum(found) if t.get("compound") else 0))
                )
            else:
                found.append(Fraction(t["amount"]) * unit * q)
        return found

    def whole(n):
        inside = [table[c].get("included", default) for c in x.get("tax", [])]
        return n + sum(t for t, i in zip(taxes(n), inside, strict=False) if i)

    at0, at1 = whole(Fraction(0)), whole(Fraction(1))
    return taxes((amount - at0) / (at1 - at0))


def written(basket, unit, qty, base, a, given):
    lines, table = basket["lines"], basket.get("taxes", {})
    default = basket.get("prices_include_tax", True)
    exact = [exact_taxes(basket, unit, x, q, n) for x, q, n in zip(lines, qty, a, strict=False)]
    rounded = [[money(t) for t in ts] for ts in exact]
    if basket.get("tax_rounding") == "total":
        for code in table:
            where = [
                (i, x["tax"].index(code)) for i, x in enumerate(lines) if code in x.get("tax", [])
            ]
            shares = [exact[i][j] for i, j in where]
            for (i, j), part in zip(where, split(money(sum(shares)), shares), strict=False):
                rounded[i][j] = part
    out, codes = [], {}
    for i, x in enumerate(lines):
        inside = sum(
            t
            for t, c in zip(rounded[i], x.get("tax", []), strict=False)
            if table[c].get("included", default)
        )
        net = a[i] - inside
        tax = sum(rounded[i])
        out.append([x.get("sku", ""), net, tax, net + tax, base[i] - a[i]])
        for j, c in enumerate(x.get("tax", [])):
            before = sum(rounded[i][:j]) if table[c].get("compound") else 0
            n, t = codes.get(c, (0, 0))
            codes[c] = (n + net + before, t + rounded[i][j])
    total = sum(x[3] for x in out)
    return {
        "lines": out,
        "taxes": codes,
        "promotions": [
            (basket["promotions"][k].get("id", ""), d) for k, d in sorted(given.items())
        ],
        "total": total,
        **tenders(basket, unit, total),
    }


def tenders(basket, unit, total):
    given = basket.get("tenders", [])
    other = sum(Fraction(t["amount"]) * unit for t in given if t["type"] != "cash")
    paid = sum(Fraction(t["amount"]) * unit for t in given)
    rest, rounding = total - other, 0
    step = basket.get("rounding", {}).get("cash_step")
    if step and any(t["type"] == "cash" for t in given):
        x = abs(rest) / (Fraction(step) * unit)
        low = floor(x)
        up = {
            "half_up": x - low >= Fraction(1, 2),
            "half_down": x - low > Fraction(1, 2),
            "up": x > low,
            "down": False,
        }[basket["rounding"].get("mode", "half_up")]
        to = (low + up) * Fraction(step) * unit
        rounding = (to if rest >= 0 else -to) - rest
    due = total + rounding
    if total >= 0:
        change, left = max(0, paid - due), max(0, due - paid)
    else:
        change, left = 0, min(0, due - paid)
    return {"rounding": rounding, "due": due, "change": change, "outstanding": left}


def holds(p, basket):
    at = basket.get("at") and datetime.fromisoformat(basket["at"])
    if any(p.get(k) is not None for k in ("from", "until", "days", "hours")) and not at:
        return False
    clock = at and f"{at:%H:%M}"
    return all(
        (
            p.get("from") is None or at >= datetime.fromisoformat(p["from"]),
            p.get("until") is None or at < datetime.fromisoformat(p["until"]),
            p.get("days") is None or at.isoweekday() in p["days"],
            p.get("hours") is None or p["hours"][0] <= clock < p["hours"][1],
            p.get("group") is None or p["group"] in basket.get("customer", {}).get("groups", []),
            p.get("coupon") is None or p["coupon"] in basket.get("coupons", []),
        )
    )


def promotions(basket, unit, qty, cost, a):
    """Lower a; answer what each promotion gave, by its position."""
    lines = basket["lines"]
    listed = [(k, p) for k, p in enumerate(basket.get("promotions", [])) if holds(p, basket)]
    item = [(k, p) for k, p in listed if p["type"] != "threshold"]
    best = None
    orders = permutations(range(len(item))) if len(item) <= 5 else [range(len(item))]
    for order in orders:
        # One entry per free unit; a line that cannot be counted in units is one entry by itself.
        free, lump = [], {}
        for i, x in enumerate(lines):
            if qty[i] <= 0 or not x.get("discountable", True) or "discount" in x:
                continue
            decimals = len(x["price"].partition(".")[2])
            if qty[i].denominator == 1 and decimals <= len(str(unit)) - 1:
                free += [i] * int(qty[i])
            else:
                lump[i] = qty[i]
        gifts = {}
        for k, p in (item[n] for n in order):
            gifts[k] = apply(p, lines, unit, cost, free, lump)
        total = sum(sum(g.values()) for g in gifts.values())
        if best is None or total > best[0]:
            best = (total, gifts)
    given = {}
    for k, gift in best[1].items() if best else ():
        for i, d in gift.items():
            a[i] -= d
        if sum(gift.values()):
            given[k] = sum(gift.values())
    who = [i for i in range(len(a)) if a[i] > 0 and lines[i].get("discountable", True)]
    s = sum(a[i] for i in who)
    top = None
    for k, p in listed:
        if p["type"] != "threshold" or Fraction(p["min"]) * unit > s:
            continue
        d = (
            money(s * Fraction(p["percent"]) / 100)
            if "percent" in p
            else min(Fraction(p["amount"]) * unit, s)
        )
        if top is None or d > top[1]:
            top = (k, d)
    if top and top[1]:
        given[top[0]] = top[1]
        for i, part in zip(who, prorate(top[1], [a[i] for i in who]), strict=False):
            a[i] -= part
    return given


def apply(p, lines, unit, cost, free, lump):
    """Take the promotion's units out of `free` and `lump`; its discount per line."""

    def mine(i, skus):
        return skus is None or lines[i].get("sku", "") in skus

    if p["type"] == "percent":
        gift = {}
        rate = Fraction(p["percent"]) / 100
        for i in sorted(set(free)):
            if mine(i, p.get("skus")):
                gift[i] = money(free.count(i) * cost[i] * rate)
        for i in list(lump):
            if mine(i, p.get("skus")):
                gift[i] = money(lump.pop(i) * cost[i] * rate)
        free[:] = [i for i in free if i not in gift]
        return gift
    if p["type"] == "bundle":
        return bundles(p, lines, unit, cost, free, mine)
    units = sorted((i for i in free if mine(i, p.get("skus"))), key=lambda i: (-cost[i], i))
    size = p.get("buy") or p.get("every")
    discount, taken = 0, []
    for start in range(0, len(units) - size + 1, size):
        group = units[start : start + size]
        taken += group
        if p["type"] == "n_for_m":
            discount += sum(cost[i] for i in group[p["pay"] :])
        else:
            discount += money(cost[group[-1]] * Fraction(p["percent"]) / 100)
    return divided(discount, taken, cost, free)


def bundles(p, lines, unit, cost, free, mine):
    discount, taken, left = 0, [], list(free)
    while True:
        one = []
        for need in p["items"]:
            pool = sorted((i for i in left if mine(i, need["skus"])), key=lambda i: (-cost[i], i))
            got = pool[: need["qty"]]
            if len(got) < need["qty"]:
                return divided(discount, taken, cost, free)
            one += got
            for i in got:
                left.remove(i)
        saving = sum(cost[i] for i in one) - Fraction(p["price"]) * unit
        if saving <= 0:
            return divided(discount, taken, cost, free)
        discount += saving
        taken += one


def divided(discount, taken, cost, free):
    for i in taken:
        free.remove(i)
    who = sorted(set(taken))
    parts = prorate(int(discount), [taken.count(i) * cost[i] for i in who])
    return dict(zip(who, parts, strict=False))
