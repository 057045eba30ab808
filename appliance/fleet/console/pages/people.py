"""People: who may come into the console, with which role and of which shops."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.fleet.console.access.people import Person, PersonMistake
from appliance.fleet.console.access.roles import Role, Scope
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit

ROLES = {
    Role.VIEWER: (N_("Viewer"), N_("looks, changes nothing")),
    Role.OPERATOR: (N_("Operator"), N_("answers alerts, sends safe commands")),
    Role.MANAGER: (N_("Manager"), N_("prices, documents, commands that touch money")),
    Role.ADMINISTRATOR: (N_("Administrator"), N_("people, new tills, certificates")),
}
KINDS = {"region": N_("Region {name}"), "shop": N_("Shop {name}"), "tenant": N_("Company {name}")}
SHUT_OUT = " shut out"
"""After role and shops, in the audit."""
_CHOICES_MAX = 5_000


def show(visit: Visit, mistake: str = "", handed: tuple[str, str] | None = None) -> Response:
    """handed: login and password to be handed over, shown this once."""
    people = [person for person in visit.console.people.all() if person.scope.within(visit.scope)]
    return visit.page(
        "people.html", 400 if mistake else 200, title=visit.saying.t("People"), people=people,
        roles=ROLES, scope_words=scope_words, choices=_choices(visit), mistake=mistake,
        handed=handed, typed=visit.form,
    )  # fmt: skip


def show_one(visit: Visit, mistake: str = "") -> Response:
    person = _one(visit)
    return visit.page(
        "person.html", 400 if mistake else 200, title=person.name, person=person, roles=ROLES,
        choices=_choices(visit), mistake=mistake, scope_words=scope_words,
        sessions=visit.console.sessions.of(person.login),
    )  # fmt: skip


def add(visit: Visit) -> Response:
    form, t = visit.form, visit.saying.t
    login = form.get("login", "").strip().lower()
    try:
        role, scope = _rights(visit)
        password = visit.console.people.add(login, form.get("name", ""), role, scope, visit.now_ms)
    except PersonMistake as error:
        return show(visit, t(str(error)))
    visit.audit("person.add", target=login, detail=f"{role.value} {scope}")
    return show(visit, handed=(login, password))


def change(visit: Visit) -> Response:
    person, t = _one(visit), visit.saying.t
    active = visit.form.get("active") == "1"
    try:
        role, scope = _rights(visit)
        visit.console.people.change(
            person.login, visit.form.get("name", ""), role, scope, visit.now_ms, active=active
        )
    except PersonMistake as error:
        return show_one(visit, t(str(error)))
    visit.console.sessions.close_others(person.login, _kept(visit, person))
    said = f"{role.value} {scope}" + ("" if active else SHUT_OUT)
    visit.audit("person.change", target=person.login, detail=said)
    return visit.go(f"/people/{person.login}", t("Saved. It holds from now on."))


def reset_password(visit: Visit) -> Response:
    person = _one(visit)
    password = visit.console.people.reset_password(person.login)
    visit.console.sessions.close_others(person.login, _kept(visit, person))
    visit.audit("password.reset", target=person.login)
    return show(visit, handed=(person.login, password))


def drop_second_factor(visit: Visit) -> Response:
    person = _one(visit)
    visit.console.people.drop_second_factor(person.login)
    visit.console.sessions.close_others(person.login, _kept(visit, person))
    visit.audit("second_factor.drop", target=person.login)
    said = visit.saying.t("The second step is off. It is asked for again at the next login.")
    return visit.go(f"/people/{person.login}", said)


def scope_words(visit: Visit, scope: Scope) -> str:
    t = visit.saying.t
    if scope.everything:
        return t("All shops")
    words = [t(KINDS[kind]).format(name=name) for kind, name in scope.parts]
    return ", ".join(words) or t("No shop")


def _rights(visit: Visit) -> tuple[Role, Scope]:
    """Nobody gives away more than they have."""
    try:
        role = Role(visit.form.get("role", ""))
    except ValueError:
        raise PersonMistake(N_("Choose a role.")) from None
    everything = visit.form.get("everything") == "1"
    scope = Scope(everything=True) if everything else Scope.parse(visit.form.get("scope", ""))
    if not scope.everything and not scope.parts:
        raise PersonMistake(N_("Choose the shops: all, a region, or some."))
    if not scope.within(visit.scope):
        raise PersonMistake(N_("You cannot give shops that are not yours."))
    return role, scope


def _choices(visit: Visit) -> list[tuple[str, str]]:
    """Regions and shops that can be given, with the words for them."""
    where, params = visit.shops()
    shops = visit.rows(
        f"SELECT s.shop, s.name, s.region FROM shop s WHERE {where} ORDER BY s.region, s.name"
        " LIMIT :most",
        **params, most=_CHOICES_MAX,
    )  # fmt: skip
    t = visit.saying.t
    regions = sorted({row["region"] for row in shops if row["region"]})
    found = [(f"region:{name}", t(KINDS["region"]).format(name=name)) for name in regions]
    return found + [(f"shop:{row['shop']}", row["name"] or row["shop"]) for row in shops]


def _one(visit: Visit) -> Person:
    person = visit.console.people.get(visit.path("login"))
    if person is None or not person.scope.within(visit.scope):
        raise HTTPException(404)
    return person


def _kept(visit: Visit, person: Person) -> str:
    """One's own session goes on."""
    return visit.session.token if visit.session and person.login == visit.login else ""


_ADMIN = Role.ADMINISTRATOR
PAGE = Page("/people", N_("People"), "people", show, _ADMIN, acts=(Act("/people", add, _ADMIN),))
PERSON = Page(
    "/people/{login}", N_("Person"), "people", show_one, _ADMIN, tab=False,
    acts=(
        Act("/people/{login}", change, _ADMIN),
        Act("/people/{login}/password", reset_password, _ADMIN),
        Act("/people/{login}/second-factor", drop_second_factor, _ADMIN),
    ),
)  # fmt: skip
