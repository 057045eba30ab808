"""Every page of the console. A new one: its module with a PAGE, its template, its line here."""

from __future__ import annotations

from appliance.fleet.console.page import Page
from appliance.fleet.console.pages import (
    audit,
    command_new,
    commands,
    joining,
    live,
    login,
    me,
    overview,
    people,
    sale,
    shifts,
    shop,
    shops,
    stock,
    till,
    tills,
    versions,
)

PAGES: tuple[Page, ...] = (
    login.PAGE,
    login.CODE,
    me.PAGE,
    me.SECOND_FACTOR,
    overview.PAGE,
    shops.PAGE,
    shop.PAGE,
    tills.PAGE,
    tills.LAG,
    versions.PAGE,
    joining.PAGE,
    till.PAGE,
    till.STORY,
    live.PAGE,
    live.STREAM,
    shifts.PAGE,
    sale.PAGE,
    stock.PAGE,
    stock.TRANSIT,
    stock.ITEM,
    commands.PAGE,
    command_new.PAGE,
    commands.STREAM,
    commands.ONE,
    people.PAGE,
    people.PERSON,
    audit.PAGE,
)
"""Tabs of a section stand in this order."""
