"""Coming in and going out: password, second factor, and the look of the page for anybody."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from appliance import i18n
from appliance.fleet.console.access import gate, throttle
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.access.sessions import Kind
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit

_YEAR_S = 365 * 86_400


def show(visit: Visit, mistake: str = "", status: int = 200) -> Response:
    if visit.session and visit.session.kind is not Kind.HALF:
        return visit.go("/")
    t = visit.saying.t
    return visit.page(
        "login.html", status, title=t("Log in"), mistake=mistake,
        to=_inside(visit.form.get("to") or visit.query("to")), login=visit.form.get("login", ""),
    )  # fmt: skip


def log_in(visit: Visit) -> Response:
    """One answer for a wrong login, a wrong password and a person who was shut out, after the same
    time; the try is counted before it is looked at."""
    console = visit.console
    console.sweep()
    login = visit.form.get("login", "").strip().lower()
    counted = throttle.keys(login, visit.address)
    wait_ms = console.throttle.begin(counted, visit.now_ms)
    right = console.people.knows_password(login, visit.form.get("password", ""))
    if wait_ms or not right:
        visit.audit("login.refused", target=login[:100])
        return show(visit, _sentence(visit, wait_ms), 429 if wait_ms else 401)
    person = console.people.get(login)
    assert person is not None
    console.throttle.forgive(f"login:{login}")
    wall = visit.form.get("wall", "")
    to = _inside(visit.form.get("to"))
    if person.has_second_factor:
        return _open(visit, login, Kind.HALF, f"/login/code?to={quote(to)}&wall={quote(wall)}")
    visit.audit("login", target=login)
    stays = bool(wall) and not gate.unready(console, person)
    return _open(visit, login, Kind.WALL if stays else Kind.FULL, to)


def show_code(visit: Visit, mistake: str = "", status: int = 200) -> Response:
    if visit.session is None or visit.session.kind is not Kind.HALF:
        return visit.go("/")
    return visit.page(
        "code.html", status, title=visit.saying.t("Second step"), mistake=mistake,
        to=_inside(visit.form.get("to") or visit.query("to")),
        wall=visit.form.get("wall") or visit.query("wall"),
    )  # fmt: skip


def give_code(visit: Visit) -> Response:
    if visit.session is None or visit.session.kind is not Kind.HALF:
        return visit.go("/login")
    console, login = visit.console, visit.login
    key = f"code:{login}"
    wait_ms = console.throttle.begin({key: throttle.LOGIN_TRIES}, visit.now_ms)
    if wait_ms or not console.people.knows_code(login, visit.form.get("code", ""), visit.now_ms):
        visit.audit("login.code_refused", target=login)
        sentence = _code_sentence(visit, wait_ms)
        return show_code(visit, sentence, 429 if wait_ms else 401)
    console.throttle.forgive(key)
    console.sessions.close(visit.session.token)
    visit.audit("login", target=login)
    wall = visit.form.get("wall", "")
    return _open(visit, login, Kind.WALL if wall else Kind.FULL, _inside(visit.form.get("to")))


def log_out(visit: Visit) -> Response:
    if visit.session:
        visit.console.sessions.close(visit.session.token)
        visit.audit("logout", target=visit.login)
    answer = visit.go("/login")
    answer.delete_cookie(gate.cookie_name(visit.console), secure=visit.console.settings.secure)
    return answer


def look(visit: Visit) -> Response:
    """Language and theme belong to the device: the screen on the wall is dark, the phone is not."""
    answer = visit.go(_inside(visit.form.get("back")))
    language, theme = visit.form.get("language", ""), visit.form.get("theme", "")
    for name, value, known in (
        ("language", language, i18n.LANGUAGES),
        ("theme", theme, gate.THEMES),
    ):
        if value in known:
            visit.keep(answer, name, value, _YEAR_S)
    return answer


def _open(visit: Visit, login: str, kind: Kind, path: str) -> Response:
    agent = visit.request.headers.get("User-Agent", "")
    if visit.session:
        visit.console.sessions.close(visit.session.token)
    session = visit.console.sessions.open(login, kind, visit.now_ms, visit.address, agent)
    return gate.let_in(visit.console, visit.go(path), session)


def _inside(path: str | None) -> str:
    """An address of ours to go on to, never another site's."""
    inside = path and path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if path and inside and "\n" not in path and "\r" not in path else "/"


def _sentence(visit: Visit, wait_ms: int) -> str:
    t = visit.saying.t
    if not wait_ms:
        return t("Login or password is not right. Look at the keyboard's language and capitals.")
    span = visit.saying.span(wait_ms + 999)
    return t("Too many tries. Wait {span}, then try again.").format(span=span)


def _code_sentence(visit: Visit, wait_ms: int) -> str:
    t = visit.saying.t
    if not wait_ms:
        return t("The code is not right, or was used already. Wait for the next one.")
    span = visit.saying.span(wait_ms + 999)
    return t("Too many tries. Wait {span}, then try again.").format(span=span)


PAGE = Page(
    "/login", N_("Log in"), "", show, tab=False, anyone=True,
    acts=(
        Act("/login", log_in, Role.VIEWER),
        Act("/logout", log_out, Role.VIEWER),
        Act("/look", look, Role.VIEWER),
    ),
)  # fmt: skip
CODE = Page(
    gate.CODE, N_("Second step"), "", show_code, tab=False, anyone=True,
    acts=(Act(gate.CODE, give_code, Role.VIEWER),),
)  # fmt: skip
