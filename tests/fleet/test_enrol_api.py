"""Enrolment over HTTP: what is too much, too long or no sense is refused before anything is done."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from appliance.fleet.authority import api, enrolment
from appliance.fleet.authority.guard import ADDRESSES_MAX, Guard
from appliance.fleet.store import migrate, open_store
from appliance.wire import enrolment as wire
from appliance.wire.enrolment import Granted, Refused, Waiting
from fleet.members import Applicant, Fleet


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with closing(open_store(f"sqlite:///{tmp_path / 'fleet.db'}")) as store:
        migrate(store)
        yield Fleet(tmp_path, store)


@pytest.fixture
def web(fleet: Fleet) -> TestClient:
    return TestClient(Starlette(routes=api.routes(fleet.desk)))


def test_a_till_waits_for_its_code_and_is_let_in(fleet: Fleet, web: TestClient) -> None:
    till = Applicant(fleet.folder / "a")
    code = till.code(fleet)
    asked = web.post(
        "/enrol", content=wire.encode_request(till.request(code=code, nonce=bytes(16)))
    )
    assert asked.status_code == 202
    waiting = wire.decode_answer(asked.content)
    assert isinstance(waiting, Waiting)
    ticket = wire.encode_ticket(waiting.ticket)
    assert web.post("/enrol/wait", content=ticket).status_code == 202
    enrolment.approve(fleet.desk, code, "kyiv-1", "olena")
    granted = web.post("/enrol/wait", content=ticket)
    assert granted.status_code == 200
    answer = wire.decode_answer(granted.content)
    assert isinstance(answer, Granted)
    renewed = web.post("/enrol/renew", content=wire.encode_renewal(till.renewal(answer.uid)))
    assert wire.decode_answer(renewed.content) == answer
    assert web.get("/enrol/root").content == fleet.authority.root


def test_a_ticket_that_nobody_was_given_is_worth_nothing(web: TestClient) -> None:
    for ticket in ("", "made.up", "x" * 128):
        answer = web.post("/enrol/wait", content=wire.encode_ticket(ticket))
        assert answer.status_code == 409
        assert isinstance(wire.decode_answer(answer.content), Refused)


@pytest.mark.parametrize("path", ["/enrol", "/enrol/wait", "/enrol/renew"])
def test_nonsense_is_answered_with_what_is_wrong(web: TestClient, path: str) -> None:
    for content in (b"", b"{", b"[]", b'{"v":2}', b'{"v":1}', bytes(100)):
        answer = web.post(path, content=content)
        assert answer.status_code == 400
        refused = wire.decode_answer(answer.content)
        assert isinstance(refused, Refused)
        assert refused.reason == "malformed"


def test_a_question_that_is_too_long_is_not_read_to_its_end(web: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield bytes(1024)

    assert web.post("/enrol", content=endless()).status_code == 413


def test_whoever_guesses_tokens_is_slowed_down(web: TestClient, fleet: Fleet) -> None:
    guess = wire.encode_request(Applicant(fleet.folder / "a").request(token="guess"))
    answers = [web.post("/enrol", content=guess).status_code for _ in range(api.ASKS + 5)]
    assert answers[: api.ASKS] == [403] * api.ASKS
    assert answers[api.ASKS :] == [429] * 5
    assert fleet.acts().count("till.refused") == api.ASKS


def test_a_bucket_fills_again_and_each_address_has_its_own() -> None:
    guard = Guard(burst=2, refill_s=10)
    assert [guard.allows("a", 0), guard.allows("a", 0), guard.allows("a", 0)] == [True, True, False]
    assert guard.allows("b", 0)
    assert not guard.allows("a", 9)
    assert [guard.allows("a", 20), guard.allows("a", 20), guard.allows("a", 20)] == [
        True,
        True,
        False,
    ]


def test_a_flood_of_addresses_costs_so_much_memory_and_no_more() -> None:
    guard = Guard(burst=1, refill_s=10)
    for number in range(ADDRESSES_MAX + 10):
        guard.allows(str(number), 0)
    assert len(guard._buckets) == ADDRESSES_MAX
