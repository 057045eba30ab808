"""The audit: every click that changed something, with who, when and from where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from appliance.fleet.console.access.roles import Role, Scope
from appliance.fleet.console.listing import all_rows, onwards, wants_csv
from appliance.fleet.console.page import Page
from appliance.fleet.console.pages.people import ROLES, SHUT_OUT, scope_words
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit

ACTS = {
    "login": N_("logged in"),
    "login.refused": N_("login refused"),
    "login.code_refused": N_("code refused"),
    "logout": N_("logged out"),
    "password.change": N_("changed the own password"),
    "password.reset": N_("made a new password for"),
    "second_factor.set": N_("set up the second step"),
    "second_factor.drop": N_("took the second step off"),
    "sessions.end": N_("ended all other sessions"),
    "person.add": N_("let in"),
    "person.change": N_("changed the rights of"),
    "till.enrol": N_("let a till in"),
    "till.denied": N_("locked a till out"),
    "till.allow": N_("let a till in again"),
    "till.retired": N_("retired a till"),
    "till.accept_hardware": N_("accepted another machine for"),
    "token.make": N_("made tokens for"),
    "pair.wrong": N_("typed a wrong code"),
    "pair.forged": N_("typed a code that somebody forged"),
    "shop.move": N_("moved a shop to"),
    "key.rotate": N_("made a new signing key"),
    "command.issue": N_("sent a command to"),
    "command.approve": N_("approved a command to"),
    "command.withdraw": N_("withdrew a command to"),
    "document.config": N_("published settings for"),
    "document.catalogue": N_("published a catalogue for"),
    "document.prices": N_("published prices for"),
    "document.staff": N_("published the staff list for"),
    "document.firmware": N_("published software for"),
    "draft.waiting": N_("asked for a change"),
    "draft.published": N_("published a change"),
    "draft.dropped": N_("dropped a change"),
    "draft.second_person": N_("set whether goods want a second person"),
    "alert.acknowledge": N_("took an alert"),
    "alert.snooze": N_("put an alert off"),
    "alert.mute": N_("silenced an alert"),
    "alert.mute_until_opening": N_("silenced an alert until opening"),
    "alert.recall": N_("took back an answer to an alert"),
    "alert.close": N_("said that an alert is over"),
    "till.ask": N_("a till asked to join"),
    "till.refused": N_("a till was refused"),
    "till.renew": N_("renewed the certificate of"),
    "person.email": N_("set where alerts go for"),
    "release.publish": N_("published a release"),
    "release.withdraw": N_("withdrew a release"),
    "release.keys": N_("took over a list of release keys"),
    "rollout.make": N_("planned a rollout"),
    "rollout.start": N_("started a rollout"),
    "rollout.pause": N_("paused a rollout"),
    "rollout.resume": N_("resumed a rollout"),
    "rollout.abort": N_("ended a rollout"),
    "rollout.pass": N_("let a wave through"),
    "rollout.offer": N_("gave a wave its release"),
    "rollout.advance": N_("opened the next wave"),
    "rollout.finish": N_("a rollout reached everybody"),
    "rollout.halt": N_("a rollout halted by itself"),
    "integrator.make": N_("made a certificate for a program"),
}
"""Other parts' words stand as they were written."""


_OF_PEOPLE = ("person.add", "person.change")


def detail_words(visit: Visit, row: Mapping[str, Any]) -> str:
    """A role and shops stand in the audit as in the database; a reader is told them in words."""
    role, _, rest = str(row["detail"]).partition(" ")
    if row["act"] not in _OF_PEOPLE or role not in tuple(Role):
        return str(row["detail"])
    t, scope = visit.saying.t, rest.removesuffix(SHUT_OUT)
    told = f"{t(ROLES[Role(role)][0])}: {scope_words(visit, Scope.parse(scope))}"
    return told if scope == rest else f"{told}, {t('shut out')}"


def show(visit: Visit) -> Response:
    t = visit.saying.t
    person, target = visit.query("person"), visit.query("target")
    sql = "SELECT a.id, a.at_ms, a.person, a.act, a.target, a.detail, a.address FROM audit a WHERE 1=1"
    params: dict[str, str] = {}
    if person:
        sql, params["person"] = f"{sql} AND a.person = :person", person
    if target:
        sql, params["target"] = f"{sql} AND a.target = :target", target
    if wants_csv(visit):
        rows = all_rows(visit, sql, "a.id DESC", params)
        return visit.csv(
            "audit", [t("When"), t("Who"), t("What"), t("Whom or what"), t("Detail"), t("Address")],
            ((visit.saying.at(row["at_ms"]).isoformat(timespec="seconds"), row["person"],
              row["act"], row["target"], row["detail"], row["address"]) for row in rows),
        )  # fmt: skip
    listing = onwards(visit, sql, ["a.id"], params)
    return visit.page(
        "audit.html",
        title=t("Audit"),
        listing=listing,
        acts=ACTS,
        person=person,
        target=target,
        detail_words=detail_words,
    )


PAGE = Page("/audit", N_("Audit"), "people", show, Role.ADMINISTRATOR)
