"""Pages as HTML: Jinja with what every template needs."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from appliance.fleet.console.alert_words import alert_words
from appliance.fleet.console.saying import zone
from appliance.fleet.console.sections import menu, tabs

if TYPE_CHECKING:
    from appliance.fleet.console.visit import Visit

HERE = Path(__file__).parent
STATIC = HERE / "static"


def page(visit: Visit, template: str, status: int, context: dict[str, Any]) -> Response:
    said = unquote(visit.request.cookies.get("said", ""))
    answer = HTMLResponse(piece(visit, template, {"said": said} | context), status_code=status)
    if said and not visit.partial:
        answer.delete_cookie("said")
    return answer


def piece(visit: Visit, template: str, context: dict[str, Any]) -> str:
    given: dict[str, Any] = {
        "visit": visit,
        "say": visit.saying,
        "t": visit.saying.t,
        "n": visit.saying.n,
        "zone": zone,
        "csrf": visit.session.csrf if visit.session else "",
        "fleet_name": visit.console.settings.fleet_name,
        "menu": menu(visit),
        "tabs": tabs(visit),
        "static": static,
        "alert_words": alert_words,
    }
    return environment().get_template(template).render(given | context)


@cache
def environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def static(name: str) -> str:
    """A file's address with its hash, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"
