"""A till's end for readers of cards, and a machine's one card service."""

import socket

import pytest

from appliance.drivers.registry import Services, create
from hw_sim import pcsc
from hw_sim.mailbox import Mailbox


@pytest.fixture
def till():
    return Mailbox()


@pytest.fixture
def start(till, tmp_path):
    """Opens a reader from its settings; every one is closed at the end."""
    started = []

    def open_driver(**settings):
        driver = create({"name": "cards", **settings}, Services(data=tmp_path))
        started.append(driver)
        driver.open(till)
        return driver

    yield open_driver
    for driver in started:
        driver.close()


@pytest.fixture(scope="module")
def pcscd_alone(tmp_path_factory):
    try:
        with pcsc.alone(tmp_path_factory.mktemp("pcscd")) as daemon:
            yield daemon
    except pcsc.Unavailable as why_not:
        pytest.skip(str(why_not))


@pytest.fixture
def pcscd(pcscd_alone):
    yield pcscd_alone
    pcscd_alone.start()


@pytest.fixture
def hold(pcscd):
    """Puts a card into the slot; every one is out again at the end."""
    held = []

    def insert(card):
        chip = pcsc.ChipCard(card)
        held.append(chip)
        chip.insert()
        return chip

    yield insert
    for chip in held:
        chip.pull()
    pcsc.slot_is_empty()


@pytest.fixture
def port():
    """Of nfcpy's radio."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
