"""The way to the host of the shop's own cards: TLS with a known certificate, and signed messages."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psec.mac import generate_retail_mac

from appliance.core.facts import TenderOutcome, TenderType
from appliance.drivers.cards.boundary import FOLDER, CardKey, load_key
from appliance.dukpt import tdes
from appliance.malformed import Malformed
from appliance.payments.iso8583.conversation import UNPROVEN
from appliance.payments.iso8583.driver import ClosedLoopDialogue, create
from appliance.payments.iso8583.ledger import Ledger
from appliance.payments.iso8583.message import decode, encode_signed, mac_of
from appliance.payments.line import LineLost, TcpLine
from appliance.payments.registry import PortError
from appliance.payments.tls import Trust
from hw_sim.card_slot import CardSlot
from hw_sim.certificates import certificate
from hw_sim.closed_loop_host import AID, BDK, ClosedLoopHost, chip_card
from hw_sim.terminal import Temper

from .closed_loop import QUICK, data_of, new_data
from .conformance import ASKED_MINOR, live
from .test_closed_loop import errand, messages

TDES_KSN = bytes.fromhex("FFFF9876543210E00000")
UNKNOWN_KEY = CardKey("aes", bytes.fromhex("AAAA56789012345600000000"), bytes(range(16)))
TDES_KEY = CardKey("tdes", TDES_KSN, tdes.initial_key(BDK, tdes.Serial.read(TDES_KSN)))


@contextmanager
def talking(host, *, trust=None, mac=True, key=None):
    """A till that has signed on at a host."""
    with host:
        data = new_data(host.url)
        if key is not None:
            (data / FOLDER / "slot.key").unlink()
            load_key(data, "slot", key)
        slot = CardSlot("slot", data, AID, chip_card().transmit)
        slot.open(lambda _message: None)
        ledger = Ledger(data / "loop.db")
        line = TcpLine("127.0.0.1", host.port, tls=trust)
        dialogue = ClosedLoopDialogue(line, ledger, replace(QUICK, mac=mac), lambda: slot)
        try:
            dialogue.connect()
            yield dialogue
        finally:
            dialogue.disconnect()
            slot.close()
            ledger.close()


# -- TLS ---------------------------------------------------------------------------------------


@pytest.fixture
def shown(tmp_path):
    return certificate(tmp_path, "cards.example", "127.0.0.1")


@pytest.mark.parametrize("how", ["ca", "pin", "both"])
def test_a_host_with_the_known_certificate_is_believed(shown, how):
    ca = str(shown.path) if how != "pin" else ""
    trust = Trust(ca, fingerprint=shown.fingerprint if how != "ca" else "", hostname=True)
    host = ClosedLoopHost(shown=shown)
    with talking(host, trust=trust, mac=False) as dialogue:
        assert dialogue.pay(errand()).outcome is TenderOutcome.APPROVED
        assert [it.amount_minor for it in live(host)] == [ASKED_MINOR]


def test_another_host_hears_nothing_of_a_payment(shown, tmp_path):
    elsewhere = certificate(tmp_path, "elsewhere.example", "127.0.0.2")
    for trust, served in (
        (Trust(str(shown.path), hostname=True), elsewhere),
        (Trust(str(elsewhere.path), hostname=True), elsewhere),  # right signer, another address
        (Trust(fingerprint=shown.fingerprint), elsewhere),
        (Trust(str(shown.path), fingerprint=elsewhere.fingerprint, hostname=True), shown),
        (Trust(), shown),
    ):
        host = ClosedLoopHost(shown=served)
        with pytest.raises(LineLost), talking(host, trust=trust, mac=False):
            pass
        assert host.heard == []


def test_a_host_without_tls_is_not_talked_to(shown):
    host = ClosedLoopHost()
    with suppress(LineLost), talking(host, trust=Trust(str(shown.path)), mac=False):
        pytest.fail("it spoke plainly")
    assert "0800" not in host.heard


def test_a_wrong_certificate_file_or_pin_is_told_at_the_start(tmp_path, shown):
    table = {"url": "socket://localhost:1", "terminal": "K1", "reader": "cards"}
    table["ledger"] = str(tmp_path / "loop.db")
    for wrong in (
        {"tls_ca": str(tmp_path / "none.pem")},
        {"tls_pin": "12"},
        {"tls_ca": str(shown.path), "url": "/dev/ttyUSB0"},
    ):
        with pytest.raises(PortError, match="tls|TLS"):
            create("loop", TenderType.CARD, table | wrong)
    create(
        "loop", TenderType.CARD, table | {"tls_ca": str(shown.path), "tls_pin": "00:" * 31 + "00"}
    )


# -- message authentication --------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, TDES_KEY], ids=["aes", "tdes"])
def test_till_and_host_prove_every_message_to_each_other(key):
    host = ClosedLoopHost(macs=True)
    with talking(host, key=key) as dialogue:
        paid = dialogue.pay(errand())
        assert paid.outcome is TenderOutcome.APPROVED
        back = dialogue.refund(errand(-2000, paid.reference, tender=2))
        assert back.outcome is TenderOutcome.APPROVED
        assert dialogue.settle().refunds_minor == 2000
    assert host.heard == ["0800", "0200", "0200", "0500"]


def approved(data: bytes) -> bytes:
    """A declined answer with an approval's code in its place, the MAC as it was."""
    told = decode(data)
    if told.get(39) != "51":
        return data
    return encode_signed(told.mti, {**_unsigned(told.fields), 39: "00"}, lambda _: mac_of(data)[1])


def _unsigned(fields):
    return {number: value for number, value in fields.items() if number not in (64, 128)}


def test_an_approval_that_was_changed_on_its_way_is_no_approval():
    host = ClosedLoopHost(macs=True)
    with talking(host) as dialogue:
        host.garble = approved
        host.next.append(Temper("decline"))
        with pytest.raises(LineLost, match=UNPROVEN):
            dialogue.pay(errand())
        host.garble = lambda data: data
        assert dialogue.inquire(errand()).outcome is TenderOutcome.DECLINED
        assert live(host) == []


def test_a_host_without_the_key_is_not_signed_on_to():
    host = ClosedLoopHost()
    with pytest.raises(LineLost, match=UNPROVEN), talking(host, key=UNKNOWN_KEY):
        pass


def test_a_till_without_its_key_sends_no_money_command():
    host = ClosedLoopHost(macs=True)
    with talking(host) as dialogue:
        (data_of(host.url) / FOLDER / "slot.key").unlink()
        with pytest.raises(LineLost, match="till card-key"):
            dialogue.totals()
        answer = dialogue.pay(errand())
        assert answer.outcome is TenderOutcome.DECLINED
        assert "till card-key" in answer.detail
        assert host.heard == ["0800"]


@settings(max_examples=60, deadline=None)
@given(fields=messages, flip=st.integers(0, 7), place=st.integers(0, 400))
def test_no_bit_of_a_signed_message_can_be_changed(fields, flip, place):
    ksn = TDES_KEY.following(TDES_KSN)
    unsigned = {key: it for key, it in fields.items() if key not in (64, 128)}
    data = encode_signed("0200", unsigned, lambda it: TDES_KEY.mac(ksn, it, response=False))
    covered, mac = mac_of(data)
    assert mac == TDES_KEY.mac(ksn, covered, response=False)
    changed = bytearray(data)
    changed[place % len(data)] ^= 1 << flip
    with suppress(Malformed):
        covered, mac = mac_of(bytes(changed))
        assert mac != TDES_KEY.mac(ksn, covered, response=False)


@given(st.binary(min_size=1, max_size=100), st.binary(min_size=16, max_size=16))
def test_the_mac_is_that_of_the_norm_to_an_independent_library(data, key):
    assert tdes.retail_mac(key, data, 8) == generate_retail_mac(key[:8], key[8:], data, 1)


def test_both_macs_stand_where_the_norm_has_them():
    short = decode(encode_signed("0800", {7: "1129090000"}, lambda _: b"\x11" * 8))
    long = decode(encode_signed("0800", {70: "001"}, lambda _: b"\x22" * 8))
    assert (short.get(64), long.get(128)) == ("11" * 8, "22" * 8)
