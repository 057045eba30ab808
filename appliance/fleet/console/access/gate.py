"""The gate before every page: who comes, whether they may, and whether a post is their own."""

from __future__ import annotations

import hmac
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from appliance import i18n
from appliance.fleet.console.access.people import Person
from appliance.fleet.console.access.sessions import Kind, Session
from appliance.fleet.console.console import Console
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.saying import Saying
from appliance.fleet.console.visit import Visit

LOGIN = "/login"
CODE = "/login/code"
ME = "/me"
THEMES = ("auto", "light", "dark")
_SEEN_BY_MACHINE = "X-Kram-Refresh"
"""Set by pages that refresh themselves: nobody clicked."""


def cookie_name(console: Console) -> str:
    """A browser takes a cookie of this name only over HTTPS, for this host alone."""
    return "__Host-kram" if console.settings.secure else "kram"


def visit_of(console: Console, request: Request) -> Visit:
    """Reads the session and the reader's language and theme."""
    now_ms = console.now_ms()
    token = request.cookies.get(cookie_name(console), "")
    clicked = _SEEN_BY_MACHINE not in request.headers
    session = console.sessions.find(token, now_ms, clicked=clicked)
    person = console.people.get(session.login) if session else None
    if person is None or not person.active:
        session = person = None
    theme = request.cookies.get("theme", "")
    return Visit(
        console,
        request,
        Saying(_language(console, request), console.home()),
        theme if theme in THEMES else THEMES[0],
        now_ms,
        session,
        person,
    )


def refused(visit: Visit, page: Page, act: Act | None) -> Response | None:
    """Where somebody is sent who may not see the page, or not yet; None lets them in."""
    if page.anyone:
        return None
    if visit.session is None:
        return _to(visit, f"{LOGIN}?to={quote(_here(visit.request))}")
    if visit.session.kind is Kind.HALF:
        return None if page.path == CODE else _to(visit, CODE)
    if visit.session.kind is Kind.WALL and act is not None:
        return _not_yours(visit)
    if unready(visit.console, visit.person) and not page.path.startswith(ME):
        return _to(visit, ME)
    if not visit.may(page.role) or (act is not None and not visit.may(act.role)):
        return _not_yours(visit)
    return None


def unready(console: Console, person: Person | None) -> bool:
    """A password to be changed, or a second factor to be set up, before anything else."""
    assert person is not None, "a session has a person"
    needed = console.settings.second_factor_from
    lacking = needed is not None and person.role.covers(needed) and not person.has_second_factor
    return person.must_change or lacking


def forged(visit: Visit) -> bool:
    """Whether a post may come from another site's page. Before login there is no token yet, so the
    browser's own word for where it comes from must do."""
    headers = visit.request.headers
    if headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("Host"):
        return True
    if visit.session is None:
        return origin is None and "Sec-Fetch-Site" not in headers
    given = visit.form.get("csrf") or headers.get("X-CSRF-Token", "")
    return not hmac.compare_digest(given.encode(), visit.session.csrf.encode())


def let_in(console: Console, answer: Response, session: Session) -> Response:
    """Gives the browser its session. Lax, not strict: a link in an alert's mail opens its page."""
    answer.set_cookie(
        cookie_name(console), session.token, path="/", httponly=True,
        secure=console.settings.secure, samesite="lax",
    )  # fmt: skip
    return answer


def _not_yours(visit: Visit) -> Response:
    return visit.page("refused.html", 403, title=visit.saying.t("Not yours to see"))


def _to(visit: Visit, path: str) -> Response:
    if visit.partial:
        # htmx follows a redirect silently and would put the login page into a corner.
        return Response(status_code=401, headers={"HX-Redirect": path})
    return RedirectResponse(path, status_code=303)


def _here(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query


def _language(console: Console, request: Request) -> str:
    chosen = request.cookies.get("language", "")
    if chosen in i18n.LANGUAGES:
        return chosen
    for part in request.headers.get("Accept-Language", "").split(","):
        wanted = part.split(";")[0].strip()[:2].lower()
        if wanted in i18n.LANGUAGES:
            return wanted
    return console.settings.language
