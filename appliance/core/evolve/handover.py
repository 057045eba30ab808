"""Baskets that go from one till of the shop to another."""

from __future__ import annotations

import json

from appliance.core import codec
from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.state import HandedOver, Sale, State

KEYS_MAX = 200
"""Of baskets that came here: the other till asks for weeks, not for ever, whether they did."""


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.SaleHandedOver(sale=number, to=to, key=key):
            parked = next((it for it in state.suspended if it.sale == number), None)
            if parked is None:
                return state
            rest = tuple(it for it in state.suspended if it.sale != number)
            handed = (*state.handed_over, HandedOver(key, to, parked))
            return replace(state, suspended=rest, handed_over=handed)
        case f.HandoverEnded(key=key, taken_back=taken_back):
            ended = next((it for it in state.handed_over if it.key == key), None)
            rest_handed = tuple(it for it in state.handed_over if it.key != key)
            state = replace(state, handed_over=rest_handed)
            if ended is None or not taken_back:
                return state
            return replace(state, suspended=(*state.suspended, ended.sale))
        case f.SaleTakenOver(key=key, basket=basket) if state.sale:
            here = state.sale
            sale = replace(read_basket(basket), sale=here.sale, shift=here.shift)
            return replace(state, sale=sale, taken_over=(*state.taken_over, key)[-KEYS_MAX:])
        case _:
            return state


def read_basket(basket: str) -> Sale:
    """The basket in a fact; CodecError or ValueError when it is none that this program knows."""
    sale: Sale = codec.from_json(Sale, json.loads(basket))
    return sale
