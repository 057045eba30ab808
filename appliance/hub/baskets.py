"""Suspended baskets that the tills of a shop show each other, and the way of one to where it is asked
for: `want`, `give` until `got`; and the way `back`, which is asked for as long as the other till is there:
a basket that was given must never be at two tills."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from appliance.core import codec
from appliance.core import commands as c
from appliance.core.decide.handover import can_go
from appliance.core.facts import SaleId
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal
from appliance.core.state import Sale, State
from appliance.core.totals import price_sale
from appliance.hub.exchange import Message, Out, text

KIND = "basket"
BASKET_MAX = 4 << 20

Ask = Callable[[c.Request], Sequence[Any] | Refusal]
Told = Callable[[Reason | None], None]
"""None: the basket is open here. Else why not."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A basket that is suspended at another till."""

    till: str
    sale: SaleId
    name: str
    lines: int
    total_minor: int
    at: str
    can_go: bool = True


def shown(sale: Sale, policy: Policy) -> dict[str, Any]:
    """What others see of a basket before they ask for it."""
    return {
        "name": sale.name,
        "lines": len(sale.live_lines),
        "total": price_sale(sale, policy).total_minor,
        "at": sale.at,
        "can_go": can_go(sale),
    }


def elsewhere(till: str, key: str, value: Any) -> Elsewhere | None:
    match value:
        case {
            "name": str(name),
            "lines": int(lines),
            "total": int(total),
            "at": str(at),
            "can_go": bool(goes),
        } if key.isdigit():
            return Elsewhere(till, SaleId(int(key)), name, lines, total, at, goes)
    return None


def _nobody(_reason: Reason | None) -> None:
    """Who asked has given up."""


@dataclass(slots=True)
class Handover:
    """One till's part of it. state: the Till's, now. asked: by key, who waits here for a basket."""

    ask: Ask
    state: Callable[[], State]
    asked: dict[str, Told] = field(default_factory=dict)
    backs: dict[str, tuple[str, Told]] = field(default_factory=dict)
    """By key, who waits here for a basket to come back, and the question's own mark: an answer to an
    earlier one says nothing of what was sent since. The basket is not sent again meanwhile."""

    @property
    def words(self) -> dict[str, Callable[[str, Message], Iterable[Out]]]:
        return {
            "want": self._want,
            "give": self._give,
            "got": self._got,
            "no": self._no,
            "back": self._asked_back,
            "free": self._free,
        }

    def want(self, till: str, sale: SaleId, told: Told) -> Out:
        """The question for a basket of another till."""
        key = secrets.token_hex(8)
        self.asked[key] = told
        return Out(till, {"say": "want", "key": key, "sale": int(sale)})

    def give_up(self) -> None:
        """Whoever waits is told that the other till does not answer; what comes late still comes."""
        waiting = [*self.asked.values(), *(told for _, told in self.backs.values())]
        self.asked, self.backs = {}, {}
        for told in waiting:
            told(Reason.TILL_AWAY)

    def under_way(self, till: str) -> list[Out]:
        """What a till that is there again asked for and has not confirmed."""
        return [
            self._give_out(it.to, it.key, it.sale)
            for it in self.state().handed_over
            if it.to == till and it.key not in self.backs
        ]

    def back(self, key: str, present: Container[str], told: Told) -> list[Out]:
        """A basket on its way shall be here again. Where the other till is away a person said so,
        who knows whether it will come back."""
        to = next((it.to for it in self.state().handed_over if it.key == key), None)
        if to is None or to not in present:
            self._end_back(key, told)
            return []
        mark = secrets.token_hex(8)
        self.backs[key] = mark, told
        return [Out(to, {"say": "back", "key": key, "mark": mark})]

    def _end_back(self, key: str, told: Told) -> None:
        answer = self.ask(c.TakeBackHandover(key))
        told(answer.reason if isinstance(answer, Refusal) else None)

    def _asked_back(self, till: str, message: Message) -> Iterable[Out]:
        """What was given before was heard before: it is here, or it will not come."""
        key, mark = text(message, "key"), text(message, "mark")
        if key in self.state().taken_over:
            yield Out(till, {"say": "got", "key": key})
        else:
            yield Out(till, {"say": "free", "key": key, "mark": mark})

    def _free(self, _till: str, message: Message) -> Iterable[Out]:
        key = text(message, "key")
        mark, told = self.backs.get(key, ("", _nobody))
        if mark and mark == message.get("mark"):
            del self.backs[key]
            self._end_back(key, told)
        return ()

    def _want(self, till: str, message: Message) -> Iterable[Out]:
        key, sale = text(message, "key"), message.get("sale")
        if type(sale) is not int:
            return
        answer = self.ask(c.HandOverSale(SaleId(sale), till, key))
        if isinstance(answer, Refusal):
            yield Out(till, {"say": "no", "key": key, "reason": answer.reason.value})
            return
        for handed in self.state().handed_over:
            if handed.key == key and handed.to == till:
                yield self._give_out(till, key, handed.sale)

    def _give_out(self, till: str, key: str, sale: Sale) -> Out:
        basket = codec.canonical(codec.to_json(sale)).decode()
        return Out(till, {"say": "give", "key": key, "basket": basket})

    def _give(self, till: str, message: Message) -> Iterable[Out]:
        key, basket = text(message, "key"), text(message, "basket", BASKET_MAX)
        if key in self.state().taken_over:  # perhaps sold since, and the shift closed
            yield Out(till, {"say": "got", "key": key})
            return
        answer = self.ask(c.TakeOverSale(till, key, basket))
        told = self.asked.pop(key, None)
        if isinstance(answer, Refusal):
            # It stays under way: with a basket open here it comes again when that is done.
            if told is not None:
                told(answer.reason)
            return
        if told is not None:
            told(None)
        yield Out(till, {"say": "got", "key": key})

    def _got(self, _till: str, message: Message) -> Iterable[Out]:
        key = text(message, "key")
        self.ask(c.EndHandover(key))
        _, told = self.backs.pop(key, ("", _nobody))
        told(Reason.HANDOVER_TAKEN)
        return ()

    def _no(self, _till: str, message: Message) -> Iterable[Out]:
        told = self.asked.pop(text(message, "key"), None)
        reason = message.get("reason")
        if told is not None:
            told(Reason(reason) if reason in set(Reason) else Reason.TILL_AWAY)
        return ()
