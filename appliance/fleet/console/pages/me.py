"""My account: password, second factor, and where I am logged in."""

from __future__ import annotations

from starlette.responses import Response

from appliance.fleet.console.access import gate, second_factor, throttle
from appliance.fleet.console.access.people import Person, PersonMistake
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.access.sessions import Kind
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit


def show(visit: Visit, mistake: str = "", status: int = 200) -> Response:
    person = _me(visit)
    return visit.page(
        "me.html", status, title=visit.saying.t("My account"), person=person, mistake=mistake,
        unready=gate.unready(visit.console, person),
        sessions=visit.console.sessions.of(person.login),
        here=visit.session.id if visit.session else "",
        codes_left=visit.console.people.recovery_codes_left(person.login),
        wall=visit.session is not None and visit.session.kind is Kind.WALL,
    )  # fmt: skip


def change_password(visit: Visit) -> Response:
    """With the old one: a session left open is not enough to take the account over."""
    person, t = _me(visit), visit.saying.t
    if not _still_me(visit, person):
        return show(visit, t("The password of now is not right. Nothing was changed."), 401)
    new = visit.form.get("new", "")
    if new != visit.form.get("again", ""):
        return show(visit, t("The two new passwords differ. Type the same one twice."), 400)
    if new == visit.form.get("password"):
        return show(visit, t("The new password is the old one. Choose another."), 400)
    try:
        visit.console.people.set_password(person.login, new)
    except PersonMistake as error:
        return show(visit, t(str(error)), 400)
    visit.audit("password.change", target=person.login)
    return _fresh_session(visit, t("Your password was changed. All other sessions were ended."))


def show_second_factor(visit: Visit, mistake: str = "", status: int = 200) -> Response:
    person = _me(visit)
    secret = visit.form.get("secret") or second_factor.new_secret()
    side, path = second_factor.qr_path(second_factor.address(secret, person.login))
    return visit.page(
        "second_factor.html", status, title=visit.saying.t("Second step"), secret=secret,
        side=side, path=path, mistake=mistake, codes=(), person=person,
    )  # fmt: skip


def enrol(visit: Visit) -> Response:
    person, t = _me(visit), visit.saying.t
    if not _still_me(visit, person):
        sentence = t("The password of now is not right. Nothing was changed.")
        return show_second_factor(visit, sentence, 401)
    secret = visit.form.get("secret", "")
    try:
        codes = visit.console.people.enrol(
            person.login, secret, visit.form.get("code", ""), visit.now_ms
        )
    except PersonMistake as error:
        return show_second_factor(visit, t(str(error)), 400)
    visit.audit("second_factor.set", target=person.login)
    assert visit.session is not None
    visit.console.sessions.close_others(person.login, visit.session.token)
    return visit.page(
        "second_factor.html", title=t("Recovery codes"), codes=codes, secret="", side=0, path="",
        mistake="", person=person,
    )  # fmt: skip


def end_others(visit: Visit) -> Response:
    assert visit.session is not None
    visit.console.sessions.close_others(visit.login, visit.session.token)
    visit.audit("sessions.end", target=visit.login)
    return visit.go("/me", visit.saying.t("All other sessions were ended."))


def _still_me(visit: Visit, person: Person) -> bool:
    """Tries here count like those of a login."""
    console = visit.console
    key = f"login:{person.login}"
    if console.throttle.begin({key: throttle.LOGIN_TRIES}, visit.now_ms):
        return False
    if not console.people.knows_password(person.login, visit.form.get("password", "")):
        return False
    console.throttle.forgive(key)
    return True


def _fresh_session(visit: Visit, said: str) -> Response:
    """A new token after the rights of the session changed, and none beside it."""
    console = visit.console
    console.sessions.close_others(visit.login)
    agent = visit.request.headers.get("User-Agent", "")
    session = console.sessions.open(visit.login, Kind.FULL, visit.now_ms, visit.address, agent)
    return gate.let_in(console, visit.go("/me", said), session)


def _me(visit: Visit) -> Person:
    assert visit.person is not None, "the gate lets nobody else in"
    return visit.person


PAGE = Page(
    "/me", N_("My account"), "", show, tab=False,
    acts=(
        Act("/me/password", change_password, Role.VIEWER),
        Act("/me/sessions", end_others, Role.VIEWER),
    ),
)  # fmt: skip
SECOND_FACTOR = Page(
    "/me/second-factor", N_("Second step"), "", show_second_factor, tab=False,
    acts=(Act("/me/second-factor", enrol, Role.VIEWER),),
)  # fmt: skip
