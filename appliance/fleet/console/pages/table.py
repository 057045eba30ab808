"""Every page of the console. A new one: its module with a PAGE, its template, its line here."""

from __future__ import annotations

from appliance.fleet.console.page import Page
from appliance.fleet.console.pages import audit, login, me, people

PAGES: tuple[Page, ...] = (
    login.PAGE,
    login.CODE,
    me.PAGE,
    me.SECOND_FACTOR,
    people.PAGE,
    people.PERSON,
    audit.PAGE,
)
"""Tabs of a section stand in this order."""
