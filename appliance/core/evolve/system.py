"""Devices and versions after a fact."""

from __future__ import annotations

from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.state import DeviceStatus, State


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.DeviceChanged():
            known = tuple(d for d in state.devices if d.device != fact.device)
            now = DeviceStatus(fact.device, fact.category, fact.state, fact.problem, fact.detail)
            return replace(state, devices=tuple(sorted((*known, now), key=lambda d: d.device)))
        case f.CardNumberLogged(module=module):
            others = tuple(it for it in state.leaks if it.module != module)
            return replace(state, leaks=(*others, fact))
        case f.FirmwareChanged():
            return replace(state, firmware=fact)
        case f.DrawerMoved(is_open=is_open):
            return replace(state, drawer_open=is_open)
        case f.CatalogueApplied(version=version):
            return replace(state, catalogue_version=version)
        case f.OffersApplied(version=offers):
            return replace(state, offers_version=offers)
        case _:
            return state
