"""Both scale dialogues: their bytes, and the driver over a cable and over RFC 2217."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.devices import Problem, WeightStatus
from appliance.drivers.registry import create
from appliance.drivers.scale_dialogues import (
    MOVING,
    OVERLOAD,
    UNDERLOAD,
    NotAnAnswer,
    Reading,
    parse_cas,
    parse_toledo,
)
from hw_sim.mailbox import Mailbox
from hw_sim.rfc2217_line import Rfc2217Line
from hw_sim.scale import Scale
from hw_sim.wire import Cable


def cas(body):
    checksum = 0
    for byte in body:
        checksum ^= byte
    return b"\x01\x02" + body + bytes([checksum]) + b"\x03\x04"


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        (b"\x0200.735\r", Reading(Decimal("0.735"), stable=True)),
        (b"\x0200.735N\r", Reading(Decimal("0.735"), stable=True)),
        (b"\x02 0.735\r", Reading(Decimal("0.735"), stable=True)),
        (b"\x02?\x01\r", MOVING),
        (b"\x02?\x41\r", MOVING),
        (b"\x02?\x02\r", OVERLOAD),
        (b"\x02?\x04\r", UNDERLOAD),
        (b"\x02?\x08\r", UNDERLOAD),
    ],
)
def test_toledo_answers(answer, reading):
    assert parse_toledo(answer) == reading


@pytest.mark.parametrize(
    ("body", "reading"),
    [
        (b"S 00.735kg", Reading(Decimal("0.735"), stable=True)),
        (b"S 001234kg", Reading(Decimal("1.234"), stable=True)),
        (b"S  1.234kg", Reading(Decimal("1.234"), stable=True)),
        (b"U 00.735kg", MOVING),
        (b"S-00.020kg", UNDERLOAD),
        (b"S   OVERkg", OVERLOAD),
    ],
)
def test_cas_answers(body, reading):
    assert parse_cas(cas(body)) == reading


def test_a_scale_set_to_pounds_is_not_believed():
    with pytest.raises(NotAnAnswer, match="lb"):
        parse_cas(cas(b"S 00.735lb"))


@given(st.binary(max_size=24), st.sampled_from([parse_toledo, parse_cas]))
def test_noise_is_refused_or_a_reading_never_a_crash(noise, parse):
    with contextlib.suppress(NotAnAnswer):
        assert isinstance(parse(noise), Reading)


@given(st.integers(0, 8), st.integers(1, 255))
def test_a_flipped_bit_in_a_cas_weight_never_becomes_a_weight(at, flip):
    answer = bytearray(cas(b"S 00.735kg"))
    answer[2 + at] ^= flip
    with pytest.raises(NotAnAnswer):
        parse_cas(bytes(answer))


@pytest.fixture
def till():
    return Mailbox()


@pytest.fixture
def start(till):
    opened = []

    def open_driver(scale, **settings):
        table = {"name": "scale", "category": "Scale", "settle_s": 0.3} | settings
        driver = create(table)
        opened.extend([driver, scale])
        driver.open(till)
        return driver

    yield open_driver
    for thing in opened:
        thing.close()


@pytest.fixture(params=["toledo8217", "cas"])
def counter(request, tmp_path, start):
    """A scale on a cable, with its driver."""
    scale = Scale(request.param).on(lambda on_bytes: Cable(tmp_path / "scale", on_bytes))
    settings = {"driver": request.param, "bytesize": 8, "parity": "N"}
    return scale, start(scale, port=str(scale.wire.path), **settings)


def weigh(driver, till):
    count = len(till.all(WeightStatus))
    driver.request(str(count))
    status = till.wait(WeightStatus, count + 1)[count]
    assert status.tag == str(count)
    return status


def test_a_stable_weight_arrives_to_the_gram(counter, till):
    scale, driver = counter
    till.wait_ready()
    scale.load("0.735")
    assert weigh(driver, till) == WeightStatus("scale", Decimal("0.735"), stable=True, tag="0")


def test_motion_is_waited_for_and_then_told_without_a_weight(counter, till):
    scale, driver = counter
    till.wait_ready()
    scale.load("0.735")
    scale.in_motion = True
    status = weigh(driver, till)
    assert (status.weight_kg, status.stable, status.problem) == (None, False, Problem.NONE)
    driver.request("comes to rest")
    scale.wait_questions(scale._questions + 3)
    scale.in_motion = False
    assert till.wait(WeightStatus, 2)[1].weight_kg == Decimal("0.735")


def test_overload_and_underload_give_no_weight(counter, till):
    scale, driver = counter
    till.wait_ready()
    scale.load("15.5")
    assert (weigh(driver, till).overload, weigh(driver, till).weight_kg) == (True, None)
    scale.load("-0.2")
    assert (weigh(driver, till).underload, weigh(driver, till).weight_kg) == (True, None)


def test_zero_and_tare(counter, till):
    scale, driver = counter
    till.wait_ready()
    scale.load("0.010")
    driver.zero()
    assert weigh(driver, till).weight_kg == 0
    scale.load("0.110")
    driver.tare()
    assert weigh(driver, till).weight_kg == 0
    scale.load("0.610")
    assert weigh(driver, till).weight_kg == Decimal("0.500")


def test_a_mute_scale_answers_each_request_with_the_problem_and_recovers(counter, till):
    scale, driver = counter
    till.wait_ready()
    scale.mute = True
    assert weigh(driver, till).problem is Problem.NO_ANSWER
    till.wait_problem(Problem.NO_ANSWER)
    scale.mute = False
    scale.load("1.000")
    assert weigh(driver, till).weight_kg == 1
    till.wait_ready(times=2)


def test_noise_is_no_weight(counter, till):
    scale, driver = counter
    till.wait_ready()
    scale.noisy = True
    status = weigh(driver, till)
    assert (status.weight_kg, status.problem) == (None, Problem.GARBAGE)


def test_unplugged_and_back(counter, till):
    scale, driver = counter
    till.wait_ready()
    scale.unplug()
    till.wait_problem(Problem.UNPLUGGED)
    assert weigh(driver, till).problem is Problem.UNPLUGGED
    scale.replug()
    till.wait_ready(times=2)
    scale.load("0.200")
    assert weigh(driver, till).weight_kg == Decimal("0.2")


def test_each_request_is_answered_once_even_when_too_many_wait(counter, till):
    _, driver = counter
    till.wait_ready()
    for number in range(30):
        driver.request(str(number))
    answers = till.wait(WeightStatus, 30)
    assert sorted(int(status.tag) for status in answers) == list(range(30))


def test_a_scale_behind_a_network_box_is_read_with_seven_bits_and_even_parity(till, start):
    scale = Scale().on(lambda on_bytes: Rfc2217Line(on_bytes, required=(9600, 7, "E")))
    driver = start(scale, driver="toledo8217", port=scale.wire.port)
    till.wait_ready()
    assert scale.wire.line == (9600, 7, "E")
    scale.load("0.735")
    assert weigh(driver, till).weight_kg == Decimal("0.735")


def test_wrong_line_settings_are_told_as_noise(till, start):
    scale = Scale().on(lambda on_bytes: Rfc2217Line(on_bytes, required=(4800, 7, "E")))
    start(scale, driver="toledo8217", port=scale.wire.port)
    till.wait_problem(Problem.GARBAGE)


def test_a_network_box_that_loses_its_power_comes_back(till, start):
    scale = Scale().on(Rfc2217Line)
    driver = start(scale, driver="toledo8217", port=scale.wire.port)
    till.wait_ready()
    scale.unplug()
    assert weigh(driver, till).problem is not Problem.NONE
    scale.replug()
    driver.nudge()
    till.wait_ready(times=2)
    scale.load("0.300")
    assert weigh(driver, till).weight_kg == Decimal("0.3")
