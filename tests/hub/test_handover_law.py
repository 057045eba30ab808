"""The law of a basket that goes from till to till: whatever is lost, comes twice or dies, it is at one."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import example, given, settings
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.refusal import Reason
from appliance.hub.baskets import Handover
from appliance.hub.exchange import Message, Out
from tests.core.builders import BREAD, MILK, Bench, add, opened

NAME = "Стіл 4"


@dataclass
class Tills:
    """Two tills and a wire that keeps the order of what each says. A till that loses its power keeps
    its journal, and what was on the wire from it and to it is gone."""

    benches: dict[str, Bench] = field(default_factory=dict)
    links: dict[str, Handover] = field(default_factory=dict)
    wires: dict[str, list[Message]] = field(default_factory=lambda: {"A": [], "B": []})
    paid: int = 0
    """How often the basket was paid, wherever."""

    def __post_init__(self) -> None:
        for name in "AB":
            bench = self.benches[name] = opened()
            bench.does(add(BREAD), c.TenderCash())
            self.powers_up(name)
        self.benches["A"].does(add(MILK, "2"), c.SuspendSale(NAME))

    def powers_up(self, name: str) -> None:
        bench = self.benches[name]
        self.links[name] = Handover(bench.tries, lambda: bench.state)
        for wire in self.wires.values():
            wire.clear()

    def says(self, name: str, out: list[Out]) -> None:
        for it in out:
            self.wires[it.to].append({**it.message, "from": name})

    def hears(self, name: str, *, twice: bool = False) -> None:
        wire = self.wires[name]
        if wire:
            message = wire[0] if twice else wire.pop(0)
            word = self.links[name].words[message["say"]]
            self.says(name, list(word(message["from"], message)))

    def wants(self, name: str) -> None:
        other = "B" if name == "A" else "A"
        for sale in self.benches[other].state.suspended:
            if sale.name == NAME:
                self.says(name, [self.links[name].want(other, sale.sale, nothing)])

    def wants_back(self, name: str) -> None:
        other = "B" if name == "A" else "A"
        for it in self.benches[name].state.handed_over:
            self.says(name, self.links[name].back(it.key, {other}, nothing))

    def sends_again(self, name: str) -> None:
        other = "B" if name == "A" else "A"
        self.says(name, self.links[name].under_way(other))

    def pays(self, name: str) -> None:
        bench = self.benches[name]
        if bench.state.sale is not None:
            self.paid += bench.state.sale.name == NAME
            bench.does(c.TenderCash())

    def acts(self, what: str, name: str) -> None:
        bench = self.benches[name]
        match what:
            case "hear":
                self.hears(name)
            case "hear twice":
                self.hears(name, twice=True)
            case "want":
                self.wants(name)
            case "want back":
                self.wants_back(name)
            case "give up":
                self.links[name].give_up()
            case "again":
                self.sends_again(name)
            case "power":
                self.powers_up(name)
            case "sell" if bench.state.sale is None:
                bench.does(add(BREAD))
            case "pay":
                self.pays(name)
            case "suspend" if bench.state.sale is not None:
                bench.does(c.SuspendSale(bench.state.sale.name or "Other"))

    def places(self) -> int:
        """At how many tills the basket is, with those at which it was paid. On its way, it is where
        it comes to as soon as it has come."""
        keys = {key for it in self.benches.values() for key in it.state.taken_over}
        found = self.paid
        for bench in self.benches.values():
            state = bench.state
            here = [*([state.sale] if state.sale else []), *state.suspended]
            here += [it.sale for it in state.handed_over if it.key not in keys]
            found += sum(sale.name == NAME for sale in here)
        return found

    def rests(self) -> None:
        for _ in range(8):
            for name in "AB":
                self.links[name].give_up()
                self.pays(name)
                self.sends_again(name)
                while self.wires[name]:
                    self.hears(name)


def nothing(_reason: Reason | None) -> None:
    """Nobody waits."""


acts = st.tuples(
    st.sampled_from(
        [
            *("hear", "hear", "hear", "hear twice", "want", "want back", "give up"),
            *("again", "power", "sell", "pay", "suspend"),
        ]
    ),
    st.sampled_from("AB"),
)
LATE_ANSWER: list[tuple[str, str]] = [
    *(("want", "B"), ("hear", "A"), ("sell", "B"), ("hear", "B"), ("want back", "A")),
    *(("give up", "A"), ("again", "A"), ("want back", "A"), ("pay", "B")),
    *(("hear", "B"), ("hear", "B"), ("hear", "A")),
]


@settings(max_examples=120, deadline=None)
@given(st.lists(acts, max_size=40))
@example(LATE_ANSWER)
def test_a_basket_is_at_one_till_and_paid_once(story: list[tuple[str, str]]) -> None:
    tills = Tills()
    for what, name in story:
        tills.acts(what, name)
        assert tills.places() == 1, (what, name)
    tills.rests()
    assert tills.places() == 1
    for bench in tills.benches.values():
        assert bench.state.handed_over == ()


def test_a_till_that_sold_it_and_closed_says_that_it_has_it() -> None:
    tills = Tills()
    for what, name in (("want", "B"), ("hear", "A"), ("hear", "B"), ("power", "A"), ("pay", "B")):
        tills.acts(what, name)
    there = tills.benches["B"]
    there.does(c.CountDrawer((f.DenominationCount(10_000, 1),)), c.CloseShift("Count", anyway=True))
    assert there.state.shift is None
    tills.rests()
    assert tills.benches["A"].state.handed_over == ()
