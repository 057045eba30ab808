"""The proof's own parts: it counts right, says what is missed, and serves what a till asks for."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from appliance import config
from appliance.provision import blink, document

from .proof.bundle_server import BundleServer
from .proof.card_file import code
from .proof.page import page, steps
from .proof.selling import Paid, paid_in, sale
from .proof.stand import SETTINGS
from .proof.tally import Tally, added, from_json, to_json


def tally(part="virt"):
    return Tally(part, lambda _said: None)


def test_a_part_is_good_until_anything_of_it_is_not():
    it = tally()
    it.check("it boots", held=True)
    it.figure("memory", "90 MB", "at least 80 MB")
    assert it.good
    for spoil in (
        lambda one: one.lost("receipt 7"),
        lambda one: one.check("it sells", held=False),
        lambda one: one.figure("memory", "70 MB", "at least 80 MB", reached=False),
        lambda one: one.run(lambda: 1 / 0),
    ):
        other = tally()
        spoil(other)
        assert not other.good
        assert not added([it, other]).good


def test_the_last_line_adds_all_parts():
    one, other = tally("update"), tally("cut-selling")
    one.boots, one.updates, one.returns = 5, 1, 1
    other.boots, other.cuts = 7, 6
    other.lost("receipt 7")
    line = added([one, other]).line()
    assert line.startswith("image: 12 boots, 6 power cuts, 1 updates, 1 returns, 1 losses;")


def test_a_part_is_kept_and_read_back_with_all_it_said():
    it = tally()
    it.check("it boots", held=False, detail="a panic")
    it.figure("memory", "70 MB", "at least 80 MB", reached=False)
    assert from_json(json.loads(json.dumps(to_json(it)))) == it


def test_the_page_names_what_did_not_hold():
    it = tally()
    it.check("it sells", held=False, detail="refused")
    it.lost("receipt 7 of 900")
    it.figure("memory", "70 MB", "at least 80 MB", reached=False)
    told = page([it])
    for words in ("it sells", "refused", "receipt 7 of 900", "70 MB (**missed**)"):
        assert words in told


def test_a_part_that_is_run_again_alone_leaves_the_steps_of_the_others():
    kept = "    0.1 update: ok: it boots\n    0.2 orders: NOT: it sells: seen\na trace\n    0.3 wear: ok: b\n"
    told = "    7.0 orders: ok: it sells\n    8.0 wear: of this run, and not asked for\n"
    assert steps(kept, told, "orders") == (
        "    0.1 update: ok: it boots\n    0.3 wear: ok: b\n    7.0 orders: ok: it sells\n"
    )
    assert steps("", told, "wear") == "    8.0 wear: of this run, and not asked for\n"


@pytest.fixture
def shelf(tmp_path):
    (tmp_path / "a.raucb").write_bytes(bytes(range(256)))
    with BundleServer(tmp_path) as server:
        yield server


def test_a_bundle_is_served_in_the_pieces_that_are_asked_for(shelf):
    address = f"http://127.0.0.1:{shelf.port}/a.raucb"
    with urlopen(Request(address, headers={"Range": "bytes=10-19"})) as answer:
        assert (answer.status, answer.headers["Content-Range"]) == (206, "bytes 10-19/256")
        assert answer.read() == bytes(range(10, 20))
    with urlopen(address) as answer:
        assert answer.read() == bytes(range(256))
    assert shelf.sent == 266


def test_what_is_not_there_is_not_served(shelf):
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"http://127.0.0.1:{shelf.port}/b.raucb")


def test_the_stands_settings_are_a_tills(tmp_path):
    file = tmp_path / "shop.toml"
    file.write_text(SETTINGS.format(printer="tcp://10.0.2.2:9100"), encoding="utf-8")
    assert config.load(file).shop.name == "Proof"
    written = document.write(document.Provision(card="C7F3K9QR", settings=file.read_text()))
    assert isinstance(document.read(written), document.Provision)


def test_a_completed_sale_is_found_in_an_answer():
    assert sale(0)[-1] == {"command": "tender_cash"}
    body = {"receipt": 7, "total_minor": 900, "sale": 8}
    answer = {
        "ok": True,
        "facts": [{"type": "Tendered", "body": {}}, {"type": "SaleCompleted", "body": body}],
    }
    assert paid_in(answer) == [Paid(7, 900)]
    assert paid_in({"ok": False, "refusal": "no_shift"}) == []


@pytest.mark.parametrize("slower", [1, 1.25])
@pytest.mark.parametrize("begun", [0, 3, 7])
def test_a_lights_code_is_read_from_a_film_that_began_anywhere(begun, slower):
    film = [(on, ms / 1000 * slower) for on, ms in blink.pattern(5) * 3][begun:]
    assert code(film) == "Lsssss"


def test_a_light_that_stays_dark_has_no_code():
    assert code([(False, 16.0)]) == ""
