"""What leaves the drivers of a payment card: nothing that anybody but the host can read."""

import base64
import json
import multiprocessing
import os
import pickle
import signal
import threading
import time

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.drivers.cards.boundary import FOLDER, Boundary, CardKey, key_trouble, load_key
from appliance.drivers.cards.closed_loop import ClosedLoop
from appliance.drivers.cards.ksn import CannotSeal, KsnCounter
from appliance.dukpt import aes, tdes
from appliance.malformed import Malformed
from hw_sim.card_files import Card, fci, tlv

AID = bytes.fromhex("F04B52414D01")
BDK = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
TDES_KSN = bytes.fromhex("FFFF9876543210E00000")
AES_KSN = bytes.fromhex("123456789012345600000000")


def key(cipher):
    if cipher == "tdes":
        return CardKey("tdes", TDES_KSN, tdes.initial_key(BDK, tdes.Serial.read(TDES_KSN)))
    return CardKey("aes", AES_KSN, aes.initial_key(BDK, aes.Serial.read(AES_KSN)))


def opened(card):
    """As the host opens it, which has the base key alone."""
    if card.cipher == "tdes":
        serial = tdes.Serial.read(card.ksn)
        made = tdes.transaction_key(tdes.initial_key(BDK, serial), serial)
        secret = tdes.data_key_request(made)
        cipher = Cipher(TripleDES(secret + secret[:8]), modes.CBC(bytes(8)))
    else:
        serial = aes.Serial.read(card.ksn)
        made = aes.derivation_key(aes.initial_key(BDK, serial), serial)
        kind = aes.KeyType.AES128
        secret = aes.working_key(made, serial, aes.Usage.DATA_ENCRYPTION, kind)
        cipher = Cipher(algorithms.AES(secret), modes.CBC(bytes(16)))
    done = cipher.decryptor()
    return (done.update(card.ciphertext) + done.finalize()).rstrip(b"\0")


def card_of(pan, *, track2=True):
    digits = f"{pan}D29122010000000"
    number = tlv("57", bytes.fromhex(digits + "F" * (len(digits) % 2)))
    if not track2:
        number = tlv("5A", bytes.fromhex(pan + "F" * (len(pan) % 2)))
    record = tlv("70", number, tlv("5F20", b"IVAN/SHOP"), tlv("5F24", bytes.fromhex("291231")))
    return Card({AID: fci(AID, "Kram card")}, {(AID, 1, 1): record})


# Numbers as cards have them: one that is all zeros would be found in any padding.
pans = st.text("0123456789", min_size=13, max_size=19).filter(lambda pan: len(set(pan[:-4])) > 4)


@pytest.mark.parametrize("cipher", ["tdes", "aes"])
@settings(deadline=None, max_examples=30)
@given(pan=pans, track2=st.booleans())
def test_nothing_that_leaves_holds_the_number_in_any_form(cipher, tmp_path_factory, pan, track2):
    folder = tmp_path_factory.mktemp("till")
    load_key(folder, "reader", key(cipher))
    card = ClosedLoop(AID, Boundary(folder, "reader")).read_static(card_of(pan, track2=track2))
    bcd = bytes.fromhex(pan + "F" * (len(pan) % 2))
    left = [pickle.dumps(card), repr(card).encode(), card.ciphertext]
    left += [card.ciphertext.hex().encode(), base64.b64encode(card.ciphertext)]
    left += [path.read_bytes() for path in (folder / FOLDER).iterdir()]
    for form in (pan.encode(), pan[:-4].encode(), bcd, bcd[:-2], bcd.hex().encode()):
        for data in left:
            for said in (form, base64.b64encode(form).rstrip(b"=")[:-1]):
                assert said not in data
    assert card.last4 == pan[-4:]
    assert bcd[:-1] in opened(card)
    assert b"IVAN" not in opened(card)


@pytest.mark.parametrize("cipher", ["tdes", "aes"])
def test_the_host_opens_what_was_sealed_and_each_has_a_key_of_its_own(cipher, tmp_path):
    load_key(tmp_path, "reader", key(cipher))
    loop = ClosedLoop(AID, Boundary(tmp_path, "reader"))
    cards = [loop.read_static(card_of("9804000000000010")) for _ in range(20)]
    assert len({card.ksn for card in cards}) == len({card.ciphertext for card in cards}) == 20
    clear = tlv("57", bytes.fromhex("9804000000000010D29122010000000F"))
    assert {opened(card) for card in cards} == {clear + tlv("5F24", bytes.fromhex("291231"))}


def test_a_card_of_others_is_none_of_ours(tmp_path):
    load_key(tmp_path, "reader", key("aes"))
    loop = ClosedLoop(AID, Boundary(tmp_path, "reader"))
    assert loop.read_static(Card()) is None
    assert loop.read_static(Card({AID: b"\x01"}, {(AID, 1, 1): b"\x70\x05\x57"})) is None


@given(st.binary(max_size=200))
def test_a_record_of_noise_is_no_card_and_no_crash(noise):
    class Sealed(Boundary):
        def seal(self, clear, pan, aid):
            return pan

    loop = ClosedLoop(AID, Sealed("", ""))
    loop.read_static(Card({AID: noise}, {(AID, 1, 1): noise}))


def take_for_ever(path, pipe):
    counter = KsnCounter(path, key("aes").following)
    while True:
        os.write(pipe, counter.take().hex().encode() + b"\n")


def test_no_number_comes_twice_though_the_process_is_killed(tmp_path):
    path = tmp_path / "x.ksn"
    KsnCounter.begin(path, AES_KSN)
    taken = []
    for kill_after in (1, 3, 7, 12):
        reading, writing = os.pipe()
        process = multiprocessing.get_context("fork").Process(
            target=take_for_ever, args=(path, writing)
        )
        process.start()
        os.close(writing)
        with os.fdopen(reading, "rb") as said:
            taken += [said.readline().strip() for _ in range(kill_after)]
            os.kill(process.pid, signal.SIGKILL)
            taken += [line.strip() for line in said if line.endswith(b"\n")]
        process.join()
    assert len(taken) == len(set(taken)) >= 23


def test_two_at_once_never_get_the_same_number(tmp_path):
    path = tmp_path / "x.ksn"
    KsnCounter.begin(path, AES_KSN)
    taken = []

    def take():
        counter = KsnCounter(path, key("aes").following)
        taken.extend(counter.take() for _ in range(25))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 100


@pytest.mark.parametrize(
    ("cipher", "last"), [("tdes", "FFFF9876543210FFF800"), ("aes", "1234567890123456FFFF0000")]
)
def test_a_key_that_is_used_up_stops_the_reader(cipher, last, tmp_path):
    path = tmp_path / "x.ksn"
    KsnCounter.begin(path, bytes.fromhex(last))
    with pytest.raises(CannotSeal, match="used up"):
        KsnCounter(path, key(cipher).following).take()
    assert path.read_text().strip() == last


def test_a_lost_or_damaged_counter_stops_the_reader(tmp_path):
    load_key(tmp_path, "reader", key("aes"))
    loop = ClosedLoop(AID, Boundary(tmp_path, "reader"))
    [counter] = (tmp_path / FOLDER).glob("*.ksn")
    counter.write_text("nonsense")
    with pytest.raises(CannotSeal, match="damaged"):
        loop.read_static(card_of("9804000000000010"))
    counter.unlink()
    with pytest.raises(CannotSeal, match="missing"):
        loop.read_static(card_of("9804000000000010"))


def test_what_the_doctor_says_of_a_key_takes_no_number(tmp_path):
    assert "no card key" in key_trouble(tmp_path, "reader")
    load_key(tmp_path, "reader", key("aes"))
    [counter] = (tmp_path / FOLDER).glob("*.ksn")
    assert key_trouble(tmp_path, "reader") == ""
    assert counter.read_text().strip() == AES_KSN.hex().upper()
    counter.unlink()
    assert "missing" in key_trouble(tmp_path, "reader")


def test_a_key_is_loaded_once_for_its_numbers_must_not_come_twice(tmp_path):
    load_key(tmp_path, "reader", key("aes"))
    with pytest.raises(CannotSeal, match="loaded before"):
        load_key(tmp_path, "reader", key("aes"))


def test_the_key_is_its_owners_alone_and_shows_in_no_text(tmp_path):
    load_key(tmp_path, "reader", key("aes"))
    for path in (tmp_path / FOLDER).iterdir():
        assert path.stat().st_mode & 0o077 == 0
    told = json.loads((tmp_path / FOLDER / "reader.key").read_text())
    assert told["initial_key"] not in repr(key("aes"))


@pytest.mark.parametrize(
    ("cipher", "ksn", "initial"),
    [
        ("rot13", AES_KSN, bytes(16)),
        ("aes", AES_KSN, bytes(15)),
        ("aes", AES_KSN[:-1] + b"\1", bytes(16)),
        ("tdes", AES_KSN, bytes(16)),
        ("tdes", TDES_KSN, bytes(24)),
    ],
)
def test_a_key_that_is_none_is_refused(cipher, ksn, initial):
    with pytest.raises(Malformed):
        CardKey(cipher, ksn, initial)


def test_a_card_is_sealed_within_a_blink(tmp_path):
    load_key(tmp_path, "reader", key("aes"))
    loop = ClosedLoop(AID, Boundary(tmp_path, "reader"))
    began = time.monotonic()
    for _ in range(10):
        loop.read_static(card_of("9804000000000010"))
    assert time.monotonic() - began < 2
