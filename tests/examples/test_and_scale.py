"""The example driver package: installed beside Kram, found by it, driven over a simulated cable."""

import importlib
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from importlib.metadata import EntryPoint, distributions
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.devices import Problem, WeightStatus
from appliance.drivers.options import ConfigError
from appliance.drivers.registry import create, registered
from hw_sim.mailbox import Mailbox
from hw_sim.wire import Cable

ROOT = Path(__file__).parents[2]
TABLE = {"name": "scale", "category": "Scale", "driver": "and"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the package as pip installs it; nothing of it reaches the environment."""
    folder = tmp_path_factory.mktemp("example")
    source = shutil.copytree(ROOT / "examples" / "kram-and-scale", folder / "source")
    target = folder / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    alone = ["--no-deps", "--no-index", "--no-build-isolation", "--target", str(target)]
    done = subprocess.run([*pip, *alone, str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def drivers(installed) -> dict[str, EntryPoint]:
    points = [
        point for found in distributions(path=[str(installed)]) for point in found.entry_points
    ]
    return registered(points)


@pytest.fixture
def package(installed, monkeypatch):
    monkeypatch.syspath_prepend(str(installed))
    yield importlib.import_module("kram_and_scale")
    sys.modules.pop("kram_and_scale")


class Scale:
    """An A&D scale at its end of the cable."""

    def __init__(self, path: Path) -> None:
        self.says = b"ST,+00000.436 kg\r\n"
        self.heard: list[bytes] = []
        self._line = b""
        self.cable = Cable(path, self._receive)

    def _receive(self, data: bytes) -> None:
        self._line += data
        while b"\r\n" in self._line:
            command, _, self._line = self._line.partition(b"\r\n")
            self.heard.append(command)
            self.cable.send({b"Q": self.says}.get(command, b"\x06"))


@pytest.fixture
def scale(tmp_path):
    simulated = Scale(tmp_path / "scale")
    yield simulated
    simulated.cable.close()


@pytest.fixture
def till():
    return Mailbox()


@pytest.fixture
def driver(package, drivers, scale, till):
    made = create(TABLE | {"port": str(scale.cable.path), "settle_s": 0.3}, drivers=drivers)
    made.open(till)
    till.wait_ready()
    yield made
    made.close()


def weighed(till, driver, tag):
    driver.request(tag)
    till.until(lambda: any(s.tag == tag for s in till.all(WeightStatus)), tag)
    return next(s for s in till.all(WeightStatus) if s.tag == tag)


def test_the_registry_finds_the_installed_package_beside_the_built_in_drivers(drivers):
    assert drivers["Scale.and"].value == "kram_and_scale:create"
    assert "Scale.cas" in drivers


def test_the_doctor_of_a_till_with_the_package_says_that_the_scale_works(
    installed, scale, tmp_path
):
    shop = tmp_path / "shop.toml"
    table = "\n".join(f'{key} = "{value}"' for key, value in TABLE.items())
    shop.write_text(
        f'[shop]\nlanguage = "en"\n[till]\ndata_dir = "data"\n'
        f'[[devices]]\n{table}\nport = "{scale.cable.path}"\n'
    )
    till = "from appliance.cli.main import main; main()"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(installed), str(ROOT)])}
    said = subprocess.run(
        [sys.executable, "-c", till, "--config", str(shop), "doctor"],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert "✓ scale (Scale)" in said.stdout, said.stdout + said.stderr


def test_a_weight_is_read_over_the_wire(driver, till):
    status = weighed(till, driver, "first")
    assert (status.weight_kg, status.stable) == (Decimal("0.436"), True)


def test_a_plate_in_motion_gives_no_weight(driver, scale, till):
    scale.says = b"US,+00000.436 kg\r\n"
    status = weighed(till, driver, "moving")
    assert (status.weight_kg, status.stable, status.problem) == (None, False, Problem.NONE)


def test_zero_and_tare_reach_the_scale_and_their_confirmation_is_no_weight(driver, scale, till):
    driver.zero()
    driver.tare()
    assert weighed(till, driver, "after").weight_kg == Decimal("0.436")
    assert [c for c in scale.heard if c != b"Q"] == [b"Z", b"T"]


def test_a_pulled_cable_answers_every_request_and_comes_back_by_itself(driver, scale, till):
    scale.cable.pull()
    till.wait_problem(Problem.UNPLUGGED)
    assert weighed(till, driver, "pulled").problem is Problem.UNPLUGGED
    scale.cable.plug()
    driver.nudge()
    till.wait_ready(times=2)
    assert weighed(till, driver, "back").weight_kg == Decimal("0.436")


def test_noise_is_told_as_such_and_is_never_a_weight(driver, scale, till):
    scale.says = b"\x00\xffST,\r\n"
    assert weighed(till, driver, "noise").weight_kg is None
    till.wait_problem(Problem.GARBAGE)


def test_a_mistyped_option_says_what_was_meant(package, drivers):
    with pytest.raises(ConfigError) as error:
        create(TABLE | {"port": "/dev/ttyUSB0", "setle_s": 1}, drivers=drivers)
    assert "`setle_s`: unknown key, did you mean `settle_s`?" in str(error.value)


def test_a_till_without_the_package_says_which_drivers_it_knows():
    with pytest.raises(ConfigError, match="'and' is not possible"):
        create(TABLE | {"port": "/dev/ttyUSB0"}, drivers=registered([]))


@pytest.mark.parametrize(
    ("line", "weight"),
    [
        (b"ST,+00000.436 kg\r\n", "0.436"),
        (b"ST,+00436.0  g\r\n", "0.436"),
        (b"\x06ST,+0000.00 kg\r\n", "0"),
    ],
)
def test_the_manuals_lines_are_weights_to_the_gram(package, line, weight):
    assert package.read_answer(line).weight_kg == Decimal(weight)


def test_overload_and_less_than_nothing_are_no_weights(package):
    over = package.read_answer(b"OL,+9999999E+19\r\n")
    under = package.read_answer(b"ST,-0000.020 kg\r\n")
    assert (over.overload, over.weight_kg) == (True, None)
    assert (under.underload, under.weight_kg) == (True, None)


@pytest.mark.parametrize(
    "line", [b"", b"\r\n", b"ST,+1.2.3 kg\r\n", b"ST,+0001.2 lb\r\n", b"EC,E01\r\n"]
)
def test_what_the_manual_does_not_say_is_no_answer(package, line):
    assert package.read_answer(line) is None


def test_any_bytes_are_an_answer_or_none(package):
    pieces = st.sampled_from(
        [b"ST,", b"US,", b"OL,", b"+", b"-", b".", b"0", b"9", b" kg", b"E+19"]
    )
    nearly = st.lists(pieces, max_size=12).map(b"".join)

    @given(st.binary(max_size=40) | nearly)
    def never_raises(line):
        reading = package.read_answer(line)
        assert reading is None or reading.weight_kg is None or reading.weight_kg >= 0

    never_raises()
