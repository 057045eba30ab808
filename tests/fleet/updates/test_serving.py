"""Bundles over HTTP: whole, in pieces, to tills with their ticket, to so many at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from appliance.fleet.store import Store, migrate, open_store
from appliance.fleet.updates.serving import OF_ONE_MAX, Doors, route
from tests.fleet.updates.builders import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    store: Store = open_store(f"sqlite:///{tmp_path / 'fleet.db'}")
    migrate(store)
    made = Desk(store, tmp_path / "fleet")
    made.tills(3)
    return made


class Web:
    """What a till sees of the server."""

    def __init__(self, desk: Desk, doors: Doors | None = None) -> None:
        sha256 = desk.releases.all()[0]["sha256"]
        self._ticket = desk.releases.ticket(sha256, "till-001")
        self._wire = httpx.ASGITransport(Starlette(routes=[route(lambda: desk.releases, doors)]))

    def get(self, address: str, verb: str = "GET", **headers: str | bytes) -> httpx.Response:
        """With the ticket of the first till, unless another is named."""
        headers = {"Authorization": f"Bearer {self._ticket}"} | headers

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._wire, base_url="https://fleet") as till:
                named = {name.replace("_", "-"): it for name, it in headers.items()}
                return await till.request(verb, address, headers=named)

        return asyncio.run(ask())


def test_a_till_fetches_its_bundle_in_pieces_and_goes_on_where_it_stopped(desk: Desk) -> None:
    sha256 = desk.publish("1.4.0")
    content = desk.releases.path(sha256).read_bytes()
    address = desk.releases.address(sha256, "till-001")
    web = Web(desk)
    whole = web.get(address)
    assert whole.content == content
    assert whole.headers["etag"] == f'"{sha256}"'
    assert whole.headers["accept-ranges"] == "bytes"
    first = web.get(address, Range="bytes=0-9999")
    assert (first.status_code, first.content) == (206, content[:10_000])
    rest = web.get(address, Range="bytes=10000-", If_Range=first.headers["etag"])
    assert first.content + rest.content == content
    other = web.get(address, Range="bytes=10000-", If_Range='"another"')
    assert (other.status_code, other.content) == (200, content)
    beyond = web.get(address, Range=f"bytes={len(content)}-")
    assert beyond.status_code == 416
    assert web.get(address, "HEAD").headers["content-length"] == str(len(content))


def test_nobody_else_fetches_it(desk: Desk) -> None:
    sha256 = desk.publish("1.4.0")
    web = Web(desk)
    address = desk.releases.address(sha256, "till-001")
    for wrong in (
        urlsplit(address).path,
        address.replace("till-001", "till-002"),
        address.replace(sha256, "0" * 64),
    ):
        assert web.get(wrong).status_code == 404
    ticket = desk.releases.ticket(sha256, "till-001")
    for shown in ("", ticket, "Bearer ", f"Bearer {ticket[:-1]}", b"Bearer \xf0\x9f", "x" * 5000):
        if shown != ticket:
            assert web.get(address, Authorization=shown).status_code == 404
    in_address = f"{address}&ticket={ticket}"
    assert web.get(in_address, Authorization="").status_code == 404, "addresses stand in logs"
    with desk.store.transaction() as tx:
        tx.run("UPDATE till SET status = 'denied' WHERE uid = 'till-001'")
    assert web.get(address).status_code == 404


def test_whoever_comes_when_all_places_are_taken_comes_later(desk: Desk) -> None:
    sha256 = desk.publish("1.4.0")
    doors = Doors(at_once=2)
    web = Web(desk, doors)
    address = desk.releases.address(sha256, "till-001")
    assert doors.enter("till-000")
    assert web.get(address).status_code == 200
    assert doors.enter("till-002")
    later = web.get(address)
    assert later.status_code == 503
    assert int(later.headers["retry-after"]) > 0
    doors.leave("till-000")
    for _ in range(5):
        assert web.get(address).status_code == 200, "each gives its place back"
    assert doors.inside == {"till-002": 1}


def test_one_till_does_not_take_all_places() -> None:
    doors = Doors()
    assert [doors.enter("till-000") for _ in range(OF_ONE_MAX + 1)] == [True] * OF_ONE_MAX + [False]
    assert doors.enter("till-001")


def test_a_till_that_hangs_up_gives_its_place_back(desk: Desk) -> None:
    sha256 = desk.publish("1.4.0")
    doors = Doors()
    app = Starlette(routes=[route(lambda: desk.releases, doors)])
    path, _, query = desk.releases.address(sha256, "till-001").partition("?")
    ticket = desk.releases.ticket(sha256, "till-001")

    async def gone() -> None:
        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
            "headers": [(b"authorization", f"Bearer {ticket}".encode())],
            "query_string": query.encode(), "asgi": {"version": "3.0", "spec_version": "2.4"},
            "server": ("t", 1), "client": ("t", 1), "scheme": "http", "root_path": "",
        }  # fmt: skip

        async def receive() -> dict[str, str]:
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            if message.get("body"):
                raise OSError("the wire is gone")

        await app(scope, receive, send)  # type: ignore[arg-type]

    with pytest.raises(OSError, match="wire is gone"):
        asyncio.run(gone())
    assert not doors.inside
