"""One request of one person: what a page is given, and the answers it can give."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from appliance.fleet import audit
from appliance.fleet.console import drawing
from appliance.fleet.console.access.people import Person
from appliance.fleet.console.access.roles import Role, Scope
from appliance.fleet.console.access.sessions import Kind, Session
from appliance.fleet.console.console import Console
from appliance.fleet.console.saying import Saying

_SAID = "said"
_SAID_S = 20
_NOWHERE = Scope()


@dataclass(slots=True)
class Visit:
    """form: the fields of a post; files: what was uploaded with it. now_ms: one moment for the
    whole page."""

    console: Console
    request: Request
    saying: Saying
    theme: str
    now_ms: int
    session: Session | None = None
    person: Person | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)

    # Who

    @property
    def role(self) -> Role | None:
        """None for whoever is not in yet. A screen on the wall only shows, whoever hung it up."""
        if self.person is None or self.session is None or self.session.kind is Kind.HALF:
            return None
        return Role.VIEWER if self.session.kind is Kind.WALL else self.person.role

    def may(self, needed: str) -> bool:
        return self.role is not None and self.role.covers(Role(needed))

    @property
    def scope(self) -> Scope:
        return self.person.scope if self.person else _NOWHERE

    @property
    def login(self) -> str:
        return self.person.login if self.person else ""

    @property
    def address(self) -> str:
        return self.request.client.host if self.request.client else ""

    # What was asked for

    def query(self, name: str, otherwise: str = "") -> str:
        return self.request.query_params.get(name, otherwise)

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    @property
    def partial(self) -> bool:
        """htmx asks for a piece of the page."""
        return self.request.headers.get("HX-Request") == "true"

    def link(self, **changed: str | int | None) -> str:
        """This page with other parameters; None takes one away."""
        params = dict(self.request.query_params) | {
            name: str(value) for name, value in changed.items() if value is not None
        }
        left = {name: value for name, value in params.items() if changed.get(name, "") is not None}
        return self.request.url.path + (f"?{urlencode(left)}" if left else "")

    # Reading

    def rows(self, sql: str, /, **params: Any) -> list[dict[str, Any]]:
        return self.console.store.rows(sql, **params)

    def row(self, sql: str, /, **params: Any) -> dict[str, Any] | None:
        found = self.rows(sql, **params)
        return found[0] if found else None

    def shops(self, alias: str = "s") -> tuple[str, dict[str, str]]:
        """The condition that keeps a query within the person's shops, and its parameters."""
        return self.scope.where(alias)

    # Answering

    def page(self, template: str, /, status: int = 200, **context: Any) -> Response:
        return drawing.page(self, template, status, context)

    def piece(self, template: str, /, **context: Any) -> str:
        """HTML for a page that is open already."""
        return drawing.piece(self, template, context)

    def go(self, path: str, said: str = "") -> Response:
        """After a post: to a page, which then says what was done."""
        assert path.startswith("/"), "only to pages of our own"
        assert not path.startswith("//"), "only to pages of our own"
        answer = RedirectResponse(path, status_code=303)
        if said:
            self.keep(answer, _SAID, quote(said), _SAID_S)
        return answer

    def keep(self, answer: Response, name: str, value: str, seconds: int) -> None:
        """A cookie that no script reads."""
        secure = self.console.settings.secure
        answer.set_cookie(
            name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure
        )

    def csv(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return StreamingResponse(
            csv_lines(columns, rows), media_type="text/csv; charset=utf-8", headers=headers
        )

    def audit(self, act: str, target: str = "", detail: str = "") -> None:
        """For what is a transaction of its own; another calls `fleet.audit.write` in it."""
        with self.console.store.transaction() as tx:
            audit.write(tx, self.now_ms, self.login, act, target, detail, self.address)


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Begins with a byte order mark, or Excel takes Ukrainian for nonsense."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    yield "\ufeff" + buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_safe(cell) for cell in row])
        yield buffer.getvalue()


def _safe(cell: object) -> object:
    """A cell that a spreadsheet would run as a formula stays a text (OWASP, CSV injection)."""
    if isinstance(cell, str) and cell.startswith(_RUNS) and not _is_number(cell):
        return f"'{cell}"
    return "" if cell is None else cell


_RUNS = tuple("=+-@\t\r\n")


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()
