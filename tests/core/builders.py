"""Small builders for core tests: a shop's policy, items, and a till that is only state."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide import decide
from appliance.core.evolve import replay
from appliance.core.item import Item, ItemId, Unit
from appliance.core.policy import Denomination, Person, Policy, TaxRule
from appliance.core.refusal import Refusal
from appliance.core.state import EMPTY, State

NOTES = (1000, 500, 200, 100, 50, 20)
COINS = (10, 5, 2, 1)
POLICY = Policy(
    taxes={
        "VAT20": TaxRule("VAT20", "ПДВ", "А", rate=Decimal(20)),
        "VAT7": TaxRule("VAT7", "ПДВ", "Б", rate=Decimal(7)),
        "EXC5": TaxRule("EXC5", "Акциз", "Д", rate=Decimal(5), compound=True),
    },
    cash_step_minor=50,
    denominations=(
        *(Denomination(value * 100) for value in NOTES),
        *(Denomination(value * 100, is_note=False) for value in COINS),
        Denomination(50, is_note=False),
    ),
    staff=(Person("olena", "Олена"), Person("ivan", "Іван", "manager")),
)

MILK = Item(ItemId("milk"), "Молоко", 4690, taxes=("VAT20",), gtins=("04820000000017",))
BREAD = Item(ItemId("bread"), "Хліб", 2450, taxes=("VAT20",))
APPLES = Item(ItemId("apples"), "Яблука", 3990, Unit.KILOGRAM, taxes=("VAT20",))
WINE = Item(ItemId("wine"), "Вино", 25200, taxes=("VAT20", "EXC5"))
BAG = Item(ItemId("bag"), "Пакет", 300, discountable=False)
SERVICE = Item(ItemId("service"), "Послуга", 0, open_price=True)
ITEMS = (MILK, BREAD, APPLES, WINE, BAG, SERVICE)


@dataclass
class Bench:
    """A till without threads or disk: commands in, facts kept."""

    policy: Policy = POLICY
    state: State = EMPTY
    facts: list[f.Fact] = field(default_factory=list)

    def does(self, *commands: c.Command) -> tuple[f.Fact, ...]:
        """The facts of commands that must be accepted."""
        made: list[f.Fact] = []
        for command in commands:
            answer = self.tries(command)
            assert not isinstance(answer, Refusal), f"{command} was refused: {answer}"
            made += answer
        return tuple(made)

    def tries(self, command: c.Command) -> tuple[f.Fact, ...] | Refusal:
        answer = decide(self.state, command, self.policy)
        if not isinstance(answer, Refusal):
            self.state = replay(self.state, answer)
            self.facts += answer
        return answer


def opened(float_minor: int = 100_00, policy: Policy = POLICY) -> Bench:
    """A bench whose shift is open and whose drawer effects are done."""
    bench = Bench(policy)
    bench.does(c.SignIn("olena"), c.OpenShift(float_minor))
    return bench


def add(item: Item, quantity: str | None = None, **more: object) -> c.AddItem:
    return c.AddItem(item, None if quantity is None else Decimal(quantity), **more)  # type: ignore[arg-type]
