"""Whatever a registered till says, the fleet's tables can be made of it, or it is noted as unread."""

from __future__ import annotations

import dataclasses
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.fleet.store import running
from appliance.fleet.store.bodies import AMOUNT_MAX, NUMBER_MAX
from appliance.fleet.store.drawn import Drawn
from appliance.fleet.store.projecting import HANDLERS, Kept, Whose, project
from appliance.fleet.store.running import Running
from appliance.journal import registry

WHOSE = Whose("t", "shop", 1)
LEAF = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(0, 3),
    st.sampled_from(
        ["1", "0.5", "-2", "1E27", "NaN", "goods", "return", "cash", "approved", "a\0b"]
    ),
    st.text(max_size=5),
)
WORDS = sorted(
    {field.name for kind in HANDLERS for field in dataclasses.fields(registry.TYPES[kind])}
    | {"item", "quantity", "gross_minor", "net_minor", "tax_minor", "discount_minor", "code"}
)
JSON = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def facts(draw) -> Kept:
    kind = draw(st.sampled_from(sorted(HANDLERS)))
    names = [field.name for field in dataclasses.fields(registry.TYPES[kind])]
    body = {name: draw(JSON) for name in names if draw(st.integers(0, 9))}
    at_ms = draw(st.integers(0, 253_402_300_799_999))
    version = draw(st.sampled_from((1, 1, 1, 9)))
    return Kept(1, at_ms, draw(st.integers(-1439, 1439)), "o", kind, version, json.dumps(body))


def fits(value: object) -> bool:
    """What a column of either database holds."""
    if isinstance(value, str):
        return "\0" not in value and bool(value.encode() or True)
    return value is None or (
        isinstance(value, int) and abs(value) <= 1000 * max(AMOUNT_MAX, NUMBER_MAX)
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(facts(), max_size=8))
def test_any_bodies_become_rows_that_fit_or_are_noted(told: list[Kept]) -> None:
    run, out = Running(currency="UAH"), Drawn()
    start = [
        Kept(1, 0, 0, "o", "SaleStarted", 1, '{"sale":1,"shift":1}'),
        Kept(2, 0, 0, "o", "Tendered", 1, '{"sale":1,"tender":1,"type":"cash","amount_minor":5}'),
    ]
    numbered = [it._replace(seq=seq) for seq, it in enumerate((*start, *told), 1)]
    project(WHOSE, run, numbered, out)
    assert running.from_text(running.as_text(run)) == run
    rows = [*out.sales.values(), *out.lines, *out.payments.values(), *out.unread]
    rows += [(it.sku, it.delta, it.lot, it.serial, it.cost) for it in out.movements]
    rows += [tuple(sums) for sums in out.takings.values()]
    for row in rows:
        assert all(fits(value) for value in row), row
