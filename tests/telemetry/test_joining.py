"""A till with a token joins its fleet by itself while it sells: late, refused, cut off in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance import doctor
from appliance.config import load
from appliance.config.amend import write_section
from appliance.core import commands as c
from appliance.core.devices import DeviceState
from appliance.core.fleet_look import FleetLook
from appliance.daemon import running
from appliance.fleet import site
from appliance.fleet.authority import enrolment
from appliance.telemetry import joining, membership
from appliance.telemetry.enrolment import Applicant
from appliance.telemetry.joining import Joining
from appliance.wire.enrolment import Hardware
from hw_sim.broker import free_port
from hw_sim.fleet_member import collector, served
from tests.till.builders import shelf

SETTINGS = """
[shop]
name = "Калина"
[till]
number = {number}
data_dir = "{folder}"
[taxes.VAT20]
rate = 20
[taxes.VAT7]
rate = 7
[taxes.EXCISE5]
rate = 5
"""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site.Site]:
    with served(tmp_path_factory.mktemp("fleet")) as it:
        yield it


def token(fleet: site.Site) -> str:
    made = enrolment.tokens(fleet.desk, "kyiv-1", 1, 1, "olena")
    assert isinstance(made, list), made
    return str(made[0])


def invited(folder: Path, server: str, token: str) -> Path:
    """The till's fleet folder, as first boot leaves it."""
    made = folder / "fleet"
    made.mkdir(parents=True)
    (made / joining.FILE).write_bytes(joining.written(server, token))
    return made


def asking(folder: Path, number: int, *told: list) -> Joining:
    joined, said = told
    applicant = Applicant(folder, f"till-{number}", number, Hardware(f"serial-{number}"), "0.1.0")
    return Joining(applicant, joined.append, said.append)


def test_what_was_sold_before_the_till_was_let_in_is_at_the_fleet_too(
    fleet: site.Site, tmp_path: Path
) -> None:
    file = tmp_path / "shop.toml"
    file.write_text(SETTINGS.format(folder=tmp_path, number=11))
    folder = invited(tmp_path, fleet.public.url, token(fleet))
    shelf(tmp_path).close()
    with collector(fleet) as heard, running(load(file)) as it:
        for request in (c.OpenShift(0), c.SellItem("milk"), c.TenderCash(100_00)):  # type: ignore[arg-type]
            answer = it.till.ask(request)
            assert isinstance(answer, tuple), answer
        durable = it.journal.durable_seq
        heard.wait(lambda: bool(load(file).fleet.uid))
        uid = load(file).fleet.uid
        heard.wait(lambda: heard.upto(uid, 1) >= durable)
        heard.wait(lambda: it.till.look.fleet.connected)
    assert load(file).fleet.shop == "kyiv-1"
    assert not (folder / joining.FILE).exists()


def test_without_a_network_the_till_waits_says_so_once_and_keeps_its_token(tmp_path: Path) -> None:
    joined, said = [], []
    folder = invited(
        tmp_path, f"https://127.0.0.1:{free_port()}", "KRAM1-" + "A" * 24 + "-" + "A" * 24
    )
    it = asking(folder, 12, joined, said)
    assert it.turn()
    assert it.turn()
    assert len(said) == 1
    assert "does not answer" in said[0]
    assert joining.read(folder) is not None


def test_a_token_that_will_never_do_is_gone_and_its_reason_told(
    fleet: site.Site, tmp_path: Path
) -> None:
    joined, said = [], []
    once = token(fleet)
    assert not asking(invited(tmp_path / "a", fleet.public.url, once), 13, joined, said).turn()
    assert (len(joined), said) == (1, [])
    folder = invited(tmp_path / "b", fleet.public.url, once)
    assert not asking(folder, 14, joined, said).turn()
    assert (len(joined), len(said)) == (1, 1)
    assert "used by another till" in said[0]
    assert not (folder / joining.FILE).exists()


def test_a_number_that_is_taken_waits_for_whoever_can_free_it(
    fleet: site.Site, tmp_path: Path
) -> None:
    joined, said = [], []
    first = invited(tmp_path / "a", fleet.public.url, token(fleet))
    assert not asking(first, 15, joined, said).turn()
    second = invited(tmp_path / "b", fleet.public.url, token(fleet))
    applicant = Applicant(second, "till-15", 15, Hardware("another"), "0.1.0")
    it = Joining(applicant, joined.append, said.append)
    assert it.turn()
    assert "till-15 already" in said[0]
    fleet.registry.retire(joined[0]["uid"], "olena")
    assert not it.turn()
    assert len(joined) == 2
    assert said[-1] == ""


def test_a_cut_between_the_fleet_s_yes_and_the_settings_needs_no_second_token(
    fleet: site.Site, tmp_path: Path
) -> None:
    folder = invited(tmp_path, fleet.public.url, token(fleet))
    applicant = Applicant(folder, "till-16", 16, Hardware("serial-16"), "0.1.0")

    def power_goes(_section: membership.Section) -> None:
        raise OSError("the power goes")

    assert Joining(applicant, power_goes, print).turn()
    file, again = tmp_path / "shop.toml", []
    assert not Joining(applicant, again.append, print).turn()
    write_section(file, "fleet", again[0])
    assert load(file).fleet.uid == membership.read(folder).uid
    assert not (folder / joining.FILE).exists()


@pytest.mark.parametrize("content", [b"", b"{}", b'{"server": "x", "token": "y"}', b"[]"])
def test_a_file_that_cannot_be_read_asks_nobody(tmp_path: Path, content: bytes) -> None:
    folder = invited(tmp_path, "https://a", "")
    (folder / joining.FILE).write_bytes(content)
    assert not asking(folder, 17, [], []).turn()


def test_the_doctor_says_why_a_till_is_not_in_its_fleet_yet() -> None:
    found = doctor._fleet(FleetLook(joining="This token has run out. Have a new one made."))
    assert (found.state, found.says) == (DeviceState.ATTENTION, "Not in its fleet yet")
    assert found.remedy == "This token has run out. Have a new one made."
