"""The shipped profiles load, name real drivers, and guess common devices right."""

from pathlib import Path

import pytest

from appliance.core.devices import Category
from appliance.drivers.profiles import CONFIDENCE_MAX, UsbFacts, guess, load
from appliance.drivers.registry import BUILT_IN, create

SHIPPED = load(Path(__file__).parents[2] / "config" / "devices")


def facts(usb, subsystem, words="", node="/dev/node"):
    vendor, product = usb.split(":")
    return UsbFacts(vendor, product, subsystem, node, words, keyboard=subsystem == "input")


@pytest.mark.parametrize(
    ("plugged", "expected"),
    [
        (facts("04b8:0e15", "usbmisc", "EPSON TM-T20II"), "epson-tm"),
        (facts("04b8:0eff", "usbmisc", "EPSON TM-T99"), "epson-tm"),
        (facts("0519:0003", "usbmisc", "Star TSP143"), "star-tsp"),
        (facts("1504:0006", "usbmisc", "BIXOLON SRP-350II"), "bixolon-srp"),
        (facts("0fe6:811e", "usbmisc", "USB Printer"), "rongta-rp"),
        (facts("0416:5011", "usbmisc", "POS58"), "zjiang-pos58"),
        (facts("abcd:0001", "usbmisc", "Nobody"), "any-printer"),
        (facts("0c2e:0b6a", "tty", "Honeywell"), "honeywell-serial"),
        (facts("0c2e:0b61", "input", "Honeywell"), "honeywell-keyboard"),
        (facts("05e0:1200", "input", "Symbol Bar Code Scanner"), "zebra-keyboard"),
        (facts("05f9:4204", "tty", "Datalogic QuickScan"), "datalogic-serial"),
        (facts("1eab:1d06", "tty", "Newland"), "newland-serial"),
        (facts("1a86:5723", "input", "NETUM barcode"), "netum-keyboard"),
        (facts("072f:2200", "usb", "ACS ACR122U"), "acr122u"),
        (facts("072f:b100", "usb", "ACS ACR39U"), "acs-card"),
        (facts("054c:06c3", "usb", "SONY RC-S380/P"), "sony-rcs380"),
        (facts("ffff:0001", "input", "USB Barcode Scanner"), "named-keyboard"),
    ],
)
def test_a_known_device_is_guessed_first(plugged, expected):
    assert guess(plugged, SHIPPED)[0][0].id == expected


def test_an_ordinary_keyboard_is_no_scanner():
    assert guess(facts("046d:c31c", "input", "Logitech USB Keyboard"), SHIPPED) == []


def test_a_card_reader_is_found_by_its_ids_and_needs_no_node():
    reader = facts("072f:2200", "usb", "ACS ACR122U")
    table = guess(reader, SHIPPED)[0][0].device("cards", reader)
    assert table == {
        "name": "cards",
        "category": "SmartCardReader",
        "driver": "pcsc",
        "reader": "ACR122",
    }


def test_a_scanner_is_not_found_a_second_time_as_a_whole_device():
    assert guess(facts("0c2e:0b6a", "usb", "Honeywell"), SHIPPED) == []


def test_a_serial_adapter_gives_several_unsure_guesses_and_no_sure_one():
    guesses = guess(facts("0403:6001", "tty", "FTDI FT232R USB UART"), SHIPPED)
    assert {profile.category for profile, _ in guesses} == {"Scale", "LineDisplay", "Scanner"}
    assert all(confidence < 50 for _, confidence in guesses)


def test_a_word_of_the_devices_name_makes_the_guess_surer():
    plain = guess(facts("0483:5740", "tty", "STM32"), SHIPPED)[0]
    named = guess(facts("0483:5740", "tty", "STM32 barcode"), SHIPPED)[0]
    assert named[1] > plain[1]


def test_every_profile_names_a_driver_and_is_never_quite_sure():
    ids = [profile.id for profile in SHIPPED]
    assert len(ids) == len(set(ids)) >= 25
    for profile in SHIPPED:
        assert f"{profile.category}.{profile.driver}" in BUILT_IN
        assert profile.category in set(Category)
        assert 0 < profile.confidence <= CONFIDENCE_MAX


@pytest.mark.parametrize("profile", [p for p in SHIPPED if p.category != "POSPrinter"], ids=str)
def test_every_profile_makes_a_device_that_its_driver_accepts(profile):
    plugged = facts("0001:0001", profile.on, node="/dev/serial/by-id/x")
    assert create(profile.device("thing", plugged)).name == "thing"


def test_a_broken_profile_is_named_with_its_file(tmp_path):
    (tmp_path / "mine.toml").write_text('[[profile]]\nid = "x"\nusb = ["1:2"]\n')
    with pytest.raises(ValueError, match=r"mine\.toml: profile x"):
        load(tmp_path)
