"""A fleet without a till: each page says what to do first."""

from __future__ import annotations

import anyio
import pytest

from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.app import make_app
from fleet.console.guest import person


@pytest.fixture
def empty(console, guest):
    person(console, "olena", Role.ADMINISTRATOR)
    guest.log_in("olena")
    return guest


@pytest.mark.parametrize("path", ["/", "/shops", "/tills", "/lag", "/versions", "/sales", "/shifts",
                                  "/stock", "/stock?find=x", "/transit"])  # fmt: skip
def test_a_page_with_nothing_on_it_says_what_to_do(empty, path):
    answer = empty.get(path)
    assert answer.status_code == 200
    assert '<div class="empty"><b>' in answer.text


def test_what_is_not_there_is_told_so(empty):
    for path in (
        "/shops/none",
        "/tills/none",
        "/tills/none/sales/1/1",
        "/items/none",
        "/people/none",
    ):
        answer = empty.get(path)
        assert answer.status_code == 404
        assert "There is no such page" in answer.text


def test_an_address_that_is_only_posted_to_is_no_fault_of_the_server(empty):
    answer = empty.get("/look")
    assert answer.status_code == 405
    assert "There is no such page" in answer.text


def test_whoever_hangs_up_in_the_middle_of_a_form_is_no_error_of_the_server(console):
    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", b"9")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/login",
        "query_string": b"",
        "headers": headers,
    }
    said = []

    async def receive() -> dict:
        return {"type": "http.disconnect"}

    async def send(message: dict) -> None:
        said.append(message)

    anyio.run(make_app(console), scope, receive, send)
    assert said[0]["status"] == 400
