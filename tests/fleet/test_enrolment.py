"""Who is let into the fleet, and who is not: tokens, codes, renewals, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from appliance.fleet.authority import enrolment, registry, renewal
from appliance.fleet.authority.registry import Registry
from appliance.fleet.store import migrate, open_store
from appliance.telemetry import membership
from appliance.wire.enrolment import Granted, Hardware, Refused, Waiting
from fleet.members import DAY_MS, PI, Applicant, Fleet

ANOTHER_PI = Hardware("10000000abcdef02", PI.model)
HERE = "10.0.0.7"


@pytest.fixture
def fleet(tmp_path: Path):
    with closing(open_store(f"sqlite:///{tmp_path / 'fleet.db'}")) as store:
        migrate(store)
        yield Fleet(tmp_path, store)


def test_a_till_joins_and_is_locked_out_on_either_database(store, tmp_path: Path) -> None:
    fleet = Fleet(tmp_path, store)
    granted, asked = fleet.enrolled()
    shown = till(fleet, "b", "till-2", ANOTHER_PI)
    code = shown.code(fleet)
    waiting = enrolment.ask(fleet.desk, shown.request(code=code, nonce=bytes(16)), HERE)
    assert isinstance(waiting, Waiting)
    assert len(enrolment.waiting(fleet.desk)) == 1
    assert isinstance(enrolment.approve(fleet.desk, "AAAACCCC", "shop-1", "olena"), Refused)
    assert isinstance(enrolment.approve(fleet.desk, code, "shop-1", "olena"), registry.Till)
    assert isinstance(enrolment.fetch(fleet.desk, waiting.ticket), Granted)
    fleet.now_ms += 61 * DAY_MS
    assert isinstance(renewal.renew(fleet.desk, asked.renewal(granted.uid), HERE), Granted)
    tills = Registry(store)
    before = tills.revocations()
    assert tills.deny(granted.uid, "olena", "stolen")
    assert tills.revocations() != before
    assert tills.locked_out() == {granted.uid}
    assert tills.crl(fleet.authority, _now(fleet))
    assert tills.allow(granted.uid, "olena")
    assert tills.to_cell("shop-1", "2", "olena") == 2


def test_of_two_tills_with_one_token_at_the_same_moment_one_gets_in(store, tmp_path: Path) -> None:
    fleet = Fleet(tmp_path, store)
    token = fleet.token()
    both = [
        till(fleet, "a").request(token=token),
        till(fleet, "b", "till-2", ANOTHER_PI).request(token=token),
    ]
    with ThreadPoolExecutor(2) as threads:
        answers = [*threads.map(lambda it: enrolment.ask(fleet.desk, it, HERE), both)]
    assert sorted(type(it).__name__ for it in answers) == ["Granted", "Refused"]


def till(
    fleet: Fleet, folder: str = "a", name: str = "till-1", hardware: Hardware = PI
) -> Applicant:
    return Applicant(fleet.folder / folder, name, hardware)


def test_a_till_with_a_token_gets_a_certificate_of_its_own_name(fleet: Fleet) -> None:
    granted, asked = fleet.enrolled()
    leaf, issuer = x509.load_pem_x509_certificates(granted.chain.encode())
    root = x509.load_pem_x509_certificate(granted.root.encode())
    assert leaf.subject.rfc4514_string() == f"CN={granted.uid}"
    assert leaf.public_key() == asked.key.public_key()
    leaf.verify_directly_issued_by(issuer)
    issuer.verify_directly_issued_by(root)
    assert (granted.shop, granted.brokers) == ("shop-1", ("mqtts://fleet:8883",))
    row = fleet.store.one("SELECT * FROM till")
    assert (row["uid"], row["status"], row["hw_serial"]) == (granted.uid, "active", PI.serial)
    assert fleet.acts() == ["token.make", "till.enrol"]


def test_a_token_lets_in_one_till(fleet: Fleet) -> None:
    token = fleet.token()
    assert isinstance(enrolment.ask(fleet.desk, till(fleet).request(token=token), HERE), Granted)
    other = till(fleet, "b", "till-2", ANOTHER_PI)
    answer = enrolment.ask(fleet.desk, other.request(token=token), HERE)
    assert isinstance(answer, Refused)
    assert answer.reason == "token_used"
    assert len(fleet.store.rows("SELECT * FROM till")) == 1


def test_a_till_that_did_not_hear_the_answer_gets_it_again(fleet: Fleet) -> None:
    request = till(fleet).request(token=fleet.token())
    first = enrolment.ask(fleet.desk, request, HERE)
    assert enrolment.ask(fleet.desk, request, HERE) == first
    fleet.now_ms += DAY_MS
    late = enrolment.ask(fleet.desk, request, HERE)
    assert isinstance(late, Refused)


@pytest.mark.parametrize("token", ["", "nobody made it"])
def test_an_unknown_token_is_refused_and_noted(fleet: Fleet, token: str) -> None:
    answer = enrolment.ask(fleet.desk, till(fleet).request(token=token or "x"), HERE)
    assert isinstance(answer, Refused)
    assert answer.reason == "no_token"
    assert fleet.acts() == ["till.refused"]


def test_a_token_runs_out(fleet: Fleet) -> None:
    token = fleet.token(days=30)
    fleet.now_ms += 31 * DAY_MS
    answer = enrolment.ask(fleet.desk, till(fleet).request(token=token), HERE)
    assert isinstance(answer, Refused)
    assert answer.reason == "token_old"


def test_no_secret_of_a_token_or_code_stands_in_the_database(fleet: Fleet) -> None:
    token, asked = fleet.token(), till(fleet)
    code = asked.code(fleet)
    waiting = enrolment.ask(fleet.desk, asked.request(code=code, nonce=bytes(16)), HERE)
    assert isinstance(waiting, Waiting)
    rows = str(fleet.store.rows("SELECT * FROM enrolment"))
    assert token not in rows
    assert code not in rows
    assert waiting.ticket.partition(".")[2] not in rows


def test_a_manager_types_the_code_and_the_till_is_in_that_shop(fleet: Fleet) -> None:
    asked = till(fleet)
    code = asked.code(fleet)
    waiting = enrolment.ask(fleet.desk, asked.request(code=code, nonce=bytes(16)), HERE)
    assert isinstance(waiting, Waiting)
    assert enrolment.fetch(fleet.desk, waiting.ticket) == waiting
    assert [it["hw_serial"] for it in enrolment.waiting(fleet.desk)] == [PI.serial]

    # As typed with a Ukrainian keyboard, in small letters, with the dash that is shown.
    typed = f"{code[:4]}-{code[4:]}".lower().translate(str.maketrans("aceh", "асен"))
    joined = enrolment.approve(fleet.desk, typed, "kyiv-2", "olena")
    assert isinstance(joined, registry.Till)
    granted = enrolment.fetch(fleet.desk, waiting.ticket)
    assert isinstance(granted, Granted)
    assert (granted.uid, granted.shop) == (joined.uid, "kyiv-2")
    assert enrolment.fetch(fleet.desk, waiting.ticket) == granted
    assert enrolment.waiting(fleet.desk) == []
    assert fleet.acts() == ["till.ask", "till.enrol"]


def test_a_code_holds_for_a_quarter_of_an_hour(fleet: Fleet) -> None:
    asked = till(fleet)
    code = asked.code(fleet)
    waiting = enrolment.ask(fleet.desk, asked.request(code=code, nonce=bytes(16)), HERE)
    assert isinstance(waiting, Waiting)
    fleet.now_ms = waiting.until_ms + 1
    late = enrolment.approve(fleet.desk, code, "shop-1", "olena")
    assert isinstance(late, Refused)
    assert isinstance(enrolment.fetch(fleet.desk, waiting.ticket), Refused)


def test_a_code_is_typed_once(fleet: Fleet) -> None:
    asked = till(fleet)
    code = asked.code(fleet)
    enrolment.ask(fleet.desk, asked.request(code=code, nonce=bytes(16)), HERE)
    assert isinstance(enrolment.approve(fleet.desk, code, "shop-1", "olena"), registry.Till)
    assert isinstance(enrolment.approve(fleet.desk, code, "shop-2", "olena"), Refused)


def test_ten_wrong_codes_lock_typing_even_for_the_right_one(fleet: Fleet) -> None:
    asked = till(fleet)
    code = asked.code(fleet)
    enrolment.ask(fleet.desk, asked.request(code=code, nonce=bytes(16)), HERE)
    for _ in range(enrolment.WRONG_MAX):
        wrong = enrolment.approve(fleet.desk, "AAAACCCC", "shop-1", "eve")
        assert isinstance(wrong, Refused)
        assert wrong.reason == "no_code"
    locked = enrolment.approve(fleet.desk, code, "shop-1", "eve")
    assert isinstance(locked, Refused)
    assert locked.reason == "locked"
    assert isinstance(enrolment.approve(fleet.desk, code, "shop-1", "olena"), registry.Till)


def test_somebody_between_till_and_fleet_cannot_pass_on_the_till_s_code(fleet: Fleet) -> None:
    """The till saw another root, so its code is not the one of the forger's own key and nonce."""
    honest, forger = till(fleet, "a"), till(fleet, "b")
    shown = honest.code(fleet)
    enrolment.ask(fleet.desk, forger.request(code=shown, nonce=bytes(16)), "192.0.2.66")
    answer = enrolment.approve(fleet.desk, shown, "shop-1", "olena")
    assert isinstance(answer, Refused)
    assert answer.reason == "forged"
    assert fleet.alarms == [("forged", "")]
    assert fleet.store.rows("SELECT * FROM till") == []


def test_two_tills_of_a_shop_have_two_numbers(fleet: Fleet) -> None:
    fleet.enrolled()
    answer = enrolment.ask(
        fleet.desk, till(fleet, "b", "till-1", ANOTHER_PI).request(token=fleet.token()), HERE
    )
    assert isinstance(answer, Refused)
    assert answer.reason == "same_number"
    fleet.enrolled("till-1", ANOTHER_PI, "shop-2")


def test_the_same_machine_with_a_new_card_takes_its_own_place(fleet: Fleet) -> None:
    old, _ = fleet.enrolled()
    new = enrolment.ask(fleet.desk, till(fleet, "new").request(token=fleet.token()), HERE)
    assert isinstance(new, Granted)
    rows = fleet.store.rows("SELECT uid, status FROM till ORDER BY enrolled_ms, uid")
    assert {it["uid"]: it["status"] for it in rows} == {old.uid: "retired", new.uid: "active"}
    assert Registry(fleet.store).locked_out() == {old.uid}
    assert fleet.changes, "brokers are told"


def test_a_request_that_does_not_prove_its_key_is_refused(fleet: Fleet) -> None:
    asked = till(fleet).request(token=fleet.token())
    for csr in ("", "no PEM", asked.csr.replace("M", "N"), asked.csr[:-60] + asked.csr[-50:]):
        answer = enrolment.ask(fleet.desk, replace(asked, csr=csr), HERE)
        assert isinstance(answer, Refused)
        assert answer.reason == "bad_request"


def test_a_certificate_is_renewed_from_day_sixty_on(fleet: Fleet) -> None:
    granted, asked = fleet.enrolled()
    fleet.now_ms += 59 * DAY_MS
    assert renewal.renew(fleet.desk, asked.renewal(granted.uid), HERE) == granted
    fleet.now_ms += 2 * DAY_MS
    newer = renewal.renew(fleet.desk, asked.renewal(granted.uid), HERE)
    assert isinstance(newer, Granted)
    assert newer.chain != granted.chain
    member = membership.renew(asked.folder, newer)
    assert member.until.timestamp() * 1000 == pytest.approx(fleet.now_ms + 90 * DAY_MS, abs=1000)
    # An answer that was lost is given again, not another certificate.
    assert renewal.renew(fleet.desk, asked.renewal(granted.uid), HERE) == newer


def test_a_certificate_that_ran_out_in_a_long_winter_is_renewed(fleet: Fleet) -> None:
    granted, asked = fleet.enrolled()
    fleet.now_ms += 200 * DAY_MS
    assert isinstance(renewal.renew(fleet.desk, asked.renewal(granted.uid), HERE), Granted)


def test_a_key_that_the_fleet_does_not_know_is_not_renewed(fleet: Fleet) -> None:
    granted, asked = fleet.enrolled()
    thief = till(fleet, "thief")
    for asks in (
        thief.renewal(granted.uid),
        replace(asked.renewal(granted.uid), signature=thief.renewal(granted.uid).signature),
        replace(asked.renewal(granted.uid), signature=""),
        asked.renewal("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    ):
        answer = renewal.renew(fleet.desk, asks, HERE)
        assert isinstance(answer, Refused)
        assert answer.reason == "no_till"


def test_the_same_card_in_another_machine_is_refused_until_that_is_meant(fleet: Fleet) -> None:
    granted, asked = fleet.enrolled()
    fleet.now_ms += 61 * DAY_MS
    clone = asked.renewal(granted.uid, ANOTHER_PI)
    answer = renewal.renew(fleet.desk, clone, HERE)
    assert isinstance(answer, Refused)
    assert answer.reason == "cloned"
    assert fleet.alarms == [("cloned", granted.uid)]
    assert Registry(fleet.store).accept_hardware(granted.uid, "olena")
    assert isinstance(renewal.renew(fleet.desk, clone, HERE), Granted)


def test_a_till_that_is_locked_out_gets_nothing_until_it_may_come_back(fleet: Fleet) -> None:
    granted, asked = fleet.enrolled()
    told: list[int] = []
    tills = Registry(fleet.store, lambda: told.append(1))
    assert tills.deny(granted.uid, "olena", "stolen")
    assert told
    assert tills.locked_out() == {granted.uid}
    crl = x509.load_pem_x509_crl(tills.crl(fleet.authority, _now(fleet)))
    leaf = x509.load_pem_x509_certificate(granted.chain.encode())
    assert crl.get_revoked_certificate_by_serial_number(leaf.serial_number) is not None
    refused = renewal.renew(fleet.desk, asked.renewal(granted.uid), HERE)
    assert isinstance(refused, Refused)

    assert tills.allow(granted.uid, "olena")
    again = renewal.renew(fleet.desk, asked.renewal(granted.uid), HERE)
    assert isinstance(again, Granted)
    assert again.chain != granted.chain
    assert fleet.acts()[2:] == [*("till.denied", "till.refused", "till.allow", "till.renew")]


def test_the_tills_of_a_shop_are_given_the_brokers_of_its_cell(fleet: Fleet) -> None:
    granted, asked = fleet.enrolled()
    fleet.public = replace(fleet.public, cells={**fleet.public.cells, "2": ["mqtts://two:8883"]})
    assert Registry(fleet.store).to_cell("shop-1", "2", "olena") == 1
    moved = renewal.renew(fleet.desk, asked.renewal(granted.uid), HERE)
    assert isinstance(moved, Granted)
    assert moved.brokers == ("mqtts://two:8883",)
    neighbour, _ = fleet.enrolled("till-2", ANOTHER_PI)
    assert neighbour.brokers == ("mqtts://two:8883",)


def _now(fleet: Fleet) -> datetime:
    return datetime.fromtimestamp(fleet.now_ms / 1000, UTC)
