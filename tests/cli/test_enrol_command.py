"""`till enrol` and `till fleet`, as a technician and a keeper type them, against a real server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from fleet.test_serve import unsaid
from typer.testing import CliRunner

from appliance.cli import enrol, where
from appliance.cli import fleet as cli_fleet
from appliance.config import load
from appliance.fleet import serve, site
from appliance.fleet.authority.enrolment import approve
from appliance.fleet.authority.registry import Till
from appliance.fleet.console.access.people import People
from appliance.telemetry import membership
from appliance.wire.enrolment import Refused, new_token
from hw_sim.fleet_member import options

runner = CliRunner()
app = typer.Typer()
enrol.register(app)
cli_fleet.register(app)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory) -> Iterator[site.Site]:
    with serve.serving(options(tmp_path_factory.mktemp("fleet")), unsaid) as served:
        yield served


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "shop.toml"
    path.write_text(f'# mine\n[till]\nnumber = 7\ndata_dir = "{tmp_path / "data"}"\n')
    (tmp_path / "data").mkdir()
    return path


def till(settings: Path, *words: str):
    where.use(settings)
    return runner.invoke(app, words)


def keeper(fleet: site.Site, *words: str):
    return runner.invoke(app, ["fleet", *words, "--data", str(fleet.folder)])


@pytest.fixture(autouse=True)
def _forget_config() -> Iterator[None]:
    yield
    where.use(None)


def test_a_technician_s_file_enrols_the_till_and_is_gone(
    fleet: site.Site, settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = keeper(
        fleet, "tokens", "--shop", "kyiv-7", "--count", "2", "--out", str(tmp_path / "cards")
    )
    assert made.exit_code == 0, made.output
    first, second = sorted((tmp_path / "cards").iterdir())
    assert first.stat().st_mode & 0o077 == 0
    monkeypatch.setattr("appliance.cli.enrol.BOOT_FILES", (tmp_path / "no card", first))

    done = till(settings, "enrol")
    assert done.exit_code == 0, done.output
    assert not first.exists()
    assert second.exists()
    read = load(settings).fleet
    assert (read.shop, read.tenant, read.server) == ("kyiv-7", "kram", fleet.public.url)
    assert read.brokers == fleet.public.brokers("1")
    folder = tmp_path / "data" / "fleet"
    assert membership.read(folder).uid == read.uid
    assert (folder / membership.KEY).stat().st_mode & 0o077 == 0
    assert settings.read_text().startswith("# mine\n")

    again = till(settings, "enrol")
    assert again.exit_code == 1
    assert "belongs to a fleet already" in again.output
    listed = keeper(fleet, "tills")
    assert read.uid in listed.output
    assert "kyiv-7" in listed.output


def test_a_manager_types_the_code_that_the_till_shows(
    fleet: site.Site, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.telemetry.enrolment.ASK_AGAIN_S", 0.05)
    shown: list[str] = []
    typed = threading.Event()

    def show(code: str, _until_ms: int) -> None:
        shown.append(code)
        typed.set()

    monkeypatch.setattr("appliance.cli.enrol._shows", lambda _server: show)
    answers = []
    asks = threading.Thread(
        target=lambda: answers.append(
            till(settings, "enrol", "--pair", "--server", fleet.public.url)
        )
    )
    asks.start()
    assert typed.wait(20)
    # The runner is busy with the till's words: the console's way of the same.
    assert isinstance(approve(fleet.desk, "AAAACCCC", "kyiv-9", "olena"), Refused)
    as_typed = f"{shown[0][:4]} {shown[0][4:]}".lower()
    assert isinstance(approve(fleet.desk, as_typed, "kyiv-9", "olena"), Till)
    asks.join(20)
    assert answers[0].exit_code == 0, answers[0].output
    assert load(settings).fleet.shop == "kyiv-9"


def test_a_token_of_another_fleet_is_not_given_away(
    fleet: site.Site, settings: Path, tmp_path: Path
) -> None:
    """The till compares the root that the server shows before it says a word of its token."""
    foreign = new_token(bytes(32))
    done = till(settings, "enrol", "--server", fleet.public.url, "--token", str(foreign))
    assert done.exit_code == 1
    assert "not the fleet that this token was made for" in done.output
    assert not (tmp_path / "data" / "fleet").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--token", "rubbish", "--server", "https://localhost:1"], "This is no token"),
        (["--pair"], "Which fleet?"),
        (["--pair", "--server", "https://localhost:1"], "does not answer"),
        (["--file", "/nowhere/kram-enrol.toml"], "holds no server and token"),
        ([], "How?"),
    ],
)
def test_what_cannot_be_done_is_said(settings: Path, words: list[str], said: str) -> None:
    done = till(settings, "enrol", *words)
    assert done.exit_code in (1, 2)
    assert said in done.output


def test_a_keeper_locks_a_till_out_and_lets_it_in_again(fleet: site.Site, settings: Path) -> None:
    made = keeper(fleet, "tokens", "--shop", "kyiv-8")
    words = made.output.split()[1:]
    assert till(settings, *words).exit_code == 0
    uid = load(settings).fleet.uid
    for command in ("deny", "allow", "accept-hardware", "retire"):
        assert uid in keeper(fleet, command, uid).output
    assert keeper(fleet, "deny", "01ARZ3NDEKTSV4RRFFQ69G5FAV").exit_code == 1


def test_people_of_the_console_are_made_on_the_server(fleet: site.Site) -> None:
    done = keeper(fleet, "user", "olena", "--role", "manager", "--scope", "shop:kyiv-7")
    people = People(fleet.store, fleet.console_key)
    assert people.knows_password("olena", done.output.split()[-1])
    assert keeper(fleet, "user", "olena").exit_code == 2
    again = keeper(fleet, "user", "olena", "--reset")
    assert people.knows_password("olena", again.output.split()[-1])
    for wrong in (["petro", "--role", "king"], ["petro", "--scope", "kyiv"], ["petro", "--reset"]):
        assert keeper(fleet, "user", *wrong).exit_code in (1, 2)
    assert people.get("petro") is None


def test_cells_are_named_and_shops_moved(fleet: site.Site) -> None:
    assert keeper(fleet, "move", "kyiv-8", "--to", "2").exit_code == 2
    assert keeper(fleet, "cell", "2", "mqtt://plain:1883").exit_code == 2
    assert keeper(fleet, "cell", "2", "mqtts://two:8883", "mqtts://three:8883").exit_code == 0
    assert fleet.public.brokers("2") == ("mqtts://two:8883", "mqtts://three:8883")
    assert keeper(fleet, "move", "kyiv-8", "--to", "2").exit_code == 0


def test_the_files_of_a_broker_elsewhere_are_written(fleet: site.Site, tmp_path: Path) -> None:
    done = keeper(fleet, "broker-config", "--out", str(tmp_path / "mq"), "--host", "mq.example")
    assert done.exit_code == 0, done.output
    names = {str(it.relative_to(tmp_path / "mq")) for it in (tmp_path / "mq").rglob("*.*")}
    assert {"mosquitto.conf", "tls.key", "tls.crt", "ca.crt", "crl.pem"} <= names


def test_a_folder_that_no_fleet_was_served_from_is_said(tmp_path: Path) -> None:
    nowhere = replace(options(tmp_path), folder=tmp_path / "nothing")
    done = runner.invoke(app, ["fleet", "tills", "--data", str(nowhere.folder)])
    assert done.exit_code == 1
    assert "till fleet serve" in done.output
