"""Offline data authentication over keys of its own, in every proportion a chain can have.

The chains are real RSA (hw_sim/emv_keys.py); what is wrong in them is wrong by one byte, signed
again with the right key, so that no test passes because something else was broken.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from inspected.asking import ask, refused

from hw_sim import emv_keys
from hw_sim.emv_keys import PAN, Key

STATIC = bytes.fromhex("5A0898040000000000105F24033012315900")
CHALLENGE = bytes.fromhex("A1B2C3D4")
NUMBER = bytes.fromhex("0401020304")
CID, CRYPTOGRAM = b"\x40", bytes.fromhex("1122334455667788")
CDOL1, CDOL2, PDOL = b"cdol1", b"cdol2", b"pdol"

EDITS = Callable[[bytes], bytes]


def same(content: bytes) -> bytes:
    return content


@dataclass(frozen=True)
class Chain:
    """A card to be checked. Lengths are those of the moduli, in bytes."""

    ca: int = 176
    issuer: int = 144
    card: int = 128
    issuer_exponent: int = 65537
    card_exponent: int = 3
    identifier: str = "9804FFFF"
    pan: str = PAN
    dynamic: bytes = NUMBER
    static: bytes = STATIC
    edit: dict[str, EDITS] = field(default_factory=dict)

    def keys(self) -> tuple[Key, Key, Key]:
        return (
            emv_keys.key(self.ca, name="ca"),
            emv_keys.key(self.issuer, self.issuer_exponent, "issuer"),
            emv_keys.key(self.card, self.card_exponent, "card"),
        )

    def question(self, **more: Any) -> dict[str, Any]:
        ca, issuer, card = self.keys()
        edited = {name: _Editing(key, self.edit.get(name, same)) for name, key in (
            ("90", ca), ("93", issuer), ("9F46", issuer), ("9F4B", card))}  # fmt: skip
        by_ca = emv_keys.issuer_certificate(edited["90"], issuer, self.identifier)
        by_issuer = emv_keys.card_certificate(edited["9F46"], card, self.static, self.pan)
        icc = {
            "5A": PAN,
            "90": by_ca.certificate.hex(),
            "92": by_ca.remainder.hex() or None,
            "9F32": issuer.exponent.hex(),
            "93": emv_keys.static_signature(edited["93"], self.static).hex(),
            "9F46": by_issuer.certificate.hex(),
            "9F47": card.exponent.hex(),
            "9F48": by_issuer.remainder.hex() or None,
            "9F4B": emv_keys.dynamic_signature(edited["9F4B"], self.dynamic, CHALLENGE).hex(),
        }
        asked = {
            "ca_modulus": ca.modulus.hex(),
            "ca_exponent": ca.exponent.hex(),
            "icc": icc | more.pop("icc", {}),
            "static_data": self.static.hex(),
            "dynamic_data": CHALLENGE.hex(),
        }
        return asked | more

    def checked(self, **more: Any) -> dict[str, Any]:
        answer = ask("oda", **self.question(**more))
        assert list(answer) == ["issuer", "static", "icc", "dynamic", "transaction"]
        return answer

    def oks(self, **more: Any) -> str:
        """One letter a step: true, false, unknown, - for not tried."""
        letters = {True: "t", False: "f", None: "u"}
        told = self.checked(**more).values()
        for it in told:
            assert it is None or it["ok"] is not False or it == {"ok": False}
        return "".join("-" if it is None else letters[it["ok"]] for it in told)


@dataclass(frozen=True)
class _Editing:
    """A key that signs what `edit` makes of the plain text, its hash made right again."""

    key: Key
    edit: EDITS

    @property
    def modulus(self) -> bytes:
        return self.key.modulus

    def sign(self, form_and_content: bytes, appendix: bytes = b"") -> bytes:
        room = len(self.modulus) - 22
        signed = self.edit(form_and_content.ljust(room, b"\xbb"))
        return self.key.sign(signed, appendix)


def at(offset: int, value: int) -> EDITS:
    """Another byte at `offset`, counted from the format byte."""
    return lambda content: content[:offset] + bytes([value]) + content[offset + 1 :]


def test_a_sound_chain_is_true_to_the_card_and_told_in_full() -> None:
    told = Chain().checked()
    _, issuer, card = Chain().keys()
    assert told == {
        "issuer": {
            "ok": True,
            "key": issuer.modulus.hex().upper(),
            "expiry_mmyy": "1230",
            "identifier": "9804FFFF",
        },
        "static": {"ok": True, "data_authentication_code": "DAC1"},
        "icc": {
            "ok": True,
            "key": card.modulus.hex().upper(),
            "pan": PAN + "FFFF",
            "expiry_mmyy": "1230",
        },
        "dynamic": {"ok": True, "icc_dynamic_number": "01020304"},
        "transaction": None,
    }


@pytest.mark.parametrize(
    ("ca", "issuer"),
    [(176, 128), (176, 140), (176, 141), (144, 144), (128, 144)],
    ids="with padding, exactly, one byte over, as long, longer than the scheme's".split(", "),
)
@pytest.mark.parametrize("card_longer_than_room", [-1, 0, 1, 30])
def test_every_proportion_of_keys(ca: int, issuer: int, card_longer_than_room: int) -> None:
    card = max(128, issuer - 42 + card_longer_than_room)
    assert Chain(ca, issuer, card).oks() == "tttt-"


@pytest.mark.parametrize("card", [133, 134, 135])
def test_a_cards_key_around_the_room_in_its_certificate(card: int) -> None:
    chain = Chain(issuer=176, card=card)
    assert chain.oks() == "tttt-"
    told = chain.checked(icc={"9F48": "AABB"})
    assert (told["icc"]["ok"], len(told["icc"].get("key", "")) // 2) == (
        (True, card) if card <= 134 else (False, 0)
    )


@pytest.mark.parametrize("exponents", [(3, 3), (3, 65537), (65537, 3), (65537, 65537)])
def test_exponents_of_one_and_three_bytes(exponents: tuple[int, int]) -> None:
    assert Chain(issuer_exponent=exponents[0], card_exponent=exponents[1]).oks() == "tttt-"


def test_a_key_that_fits_has_no_remainder_whatever_the_card_hands_out() -> None:
    assert Chain(issuer=128).oks(icc={"92": "AABBCC"}) == "tttt-"
    assert Chain(issuer=176, card=128).oks(icc={"9F48": "AABBCC"}) == "tttt-"


@pytest.mark.parametrize("remainder", [None, "", "AA", "AA" * 5])
def test_a_remainder_must_have_exactly_the_rest_of_the_key(remainder: str | None) -> None:
    assert Chain(issuer=144).oks(icc={"92": remainder}) == "f----"
    assert Chain(issuer=144, card=128).oks(icc={"9F48": remainder}) == "ttf--"


def test_a_changed_remainder_is_noticed_by_the_hash() -> None:
    wrong = bytes(4).hex()  # of the right length: 144 - (176 - 36)
    assert Chain(issuer=144).oks(icc={"92": wrong}) == "f----"
    assert Chain(issuer=144).oks(icc={"9F48": bytes(26).hex()}) == "ttf--"


def test_steps_are_not_tried_without_their_certificate() -> None:
    assert Chain().oks(icc={"93": None}) == "t-tt-"
    assert Chain().oks(icc={"9F46": None}) == "tt---"
    assert Chain().oks(icc={"9F46": None, "9F47": None}) == "tt---"
    assert Chain().oks(icc={"9F4B": None}) == "ttt--"


def test_steps_are_not_tried_without_the_key_above() -> None:
    assert Chain(edit={"90": at(0, 3)}).oks() == "f----"
    assert Chain(edit={"9F46": at(0, 3)}).oks() == "ttf--"


def test_static_data_that_fails_leaves_the_card_alone() -> None:
    assert Chain(edit={"93": at(0, 4)}).oks() == "tftt-"
    assert Chain(edit={"93": at(1, 2)}).oks() == "tftt-"


def test_wrong_static_data_fails_both_that_sign_it() -> None:
    assert Chain().oks(static_data="5A00") == "tff--"
    assert Chain().oks(static_data="") == "tff--"
    assert Chain(static=b"").oks(static_data="") == "tttt-"


def test_unknown_static_data_leaves_its_steps_open_and_the_next_ones_go_on() -> None:
    assert Chain().oks(static_data=None) == "tuut-"
    told = Chain().checked(static_data=None)
    assert told["static"] == {"ok": None, "data_authentication_code": "DAC1"}
    assert list(told["icc"]) == ["ok", "key", "pan", "expiry_mmyy"]
    assert Chain(pan="9804000000000028").oks(static_data=None) == "tuf--"
    assert Chain(edit={"93": at(1, 2)}).oks(static_data=None) == "tfut-"


def test_the_terminals_share_of_the_dynamic_signature_is_checked() -> None:
    assert Chain().oks(dynamic_data="A1B2C3D5") == "tttf-"
    assert Chain().oks(dynamic_data="") == "tttf-"
    assert Chain().oks(dynamic_data=None) == "tttu-"
    told = Chain().checked(dynamic_data=None)["dynamic"]
    assert told == {"ok": None, "icc_dynamic_number": "01020304"}


@pytest.mark.parametrize(
    ("step", "after"),
    [("90", "f----"), ("93", "tftt-"), ("9F46", "ttf--"), ("9F4B", "tttf-")],
)
@pytest.mark.parametrize("change", ["00{}", "{}00", "{}", "", "damaged"])
def test_a_certificate_of_another_length_or_content_is_false(
    step: str, after: str, change: str
) -> None:
    certificate = Chain().question()["icc"][step]
    if change == "{}":
        change = certificate[:-2]
    elif change == "damaged":
        change = certificate[:-1] + ("0" if certificate[-1] != "0" else "1")
    assert Chain().oks(icc={step: change.format(certificate)}) == after


@pytest.mark.parametrize(
    ("step", "after"),
    [("90", "f----"), ("93", "tftt-"), ("9F46", "ttf--"), ("9F4B", "tttf-")],
)
def test_header_trailer_and_hash_are_checked_each(step: str, after: str) -> None:
    ca, issuer, card = Chain().keys()
    signer = {"90": ca, "93": issuer, "9F46": issuer, "9F4B": card}[step]
    modulus = int.from_bytes(signer.modulus, "big")
    signature = int(Chain().question()["icc"][step], 16)
    plain = pow(signature, int.from_bytes(signer.exponent, "big"), modulus).to_bytes(
        len(signer.modulus), "big"
    )
    assert Chain().oks(icc={step: signer.power(plain).hex()}) == "tttt-"
    for changed in (b"\x4a" + plain[1:], plain[:-1] + b"\xbd", plain[:-2] + b"\x00\xbc"):
        assert Chain().oks(icc={step: signer.power(changed).hex()}) == after


@pytest.mark.parametrize(
    ("step", "offset", "after"),
    [
        ("90", 10, "f----"),  # hash algorithm
        ("90", 11, "f----"),  # key algorithm
        ("90", 12, "f----"),  # key length
        ("90", 13, "f----"),  # exponent length
        ("9F46", 16, "ttf--"),
        ("9F46", 17, "ttf--"),
        ("9F46", 18, "ttf--"),
        ("9F46", 19, "ttf--"),
        ("93", 1, "tftt-"),
        ("9F4B", 1, "tttf-"),
    ],
)
def test_algorithms_and_lengths_are_checked(step: str, offset: int, after: str) -> None:
    for value in (0, 2, 255):
        assert Chain(edit={step: at(offset, value)}).oks(static_data=STATIC.hex()) == after


def test_dates_serials_and_codes_are_returned_not_judged() -> None:
    chain = Chain(edit={"90": at(5, 0x99), "9F46": at(11, 0x99), "93": at(2, 0)})
    told = chain.checked()
    assert told["issuer"]["expiry_mmyy"] == "9930"
    assert told["icc"]["expiry_mmyy"] == "9930"
    assert told["static"]["data_authentication_code"] == "00C1"
    assert Chain(edit={"90": at(7, 0xFF), "9F46": at(13, 0xFF)}).oks() == "tttt-"


def test_padding_is_covered_by_the_hash_and_not_checked_itself() -> None:
    assert Chain(edit={"93": at(30, 0), "9F4B": at(90, 0)}).oks() == "tttt-"
    assert Chain(issuer=128, edit={"90": at(150, 0)}).oks() == "tttt-"


@pytest.mark.parametrize(
    ("identifier", "fits"),
    [
        ("980FFFFF", True),
        ("9804FFFF", True),
        ("98040000", True),
        ("980400FF", True),
        ("98FFFFFF", False),  # two digits
        ("FFFFFFFF", False),
        ("9805FFFF", False),
        ("98F4FFFF", False),
        ("98A4FFFF", False),
        ("00009804", False),
    ],
)
def test_an_issuer_is_named_by_3_to_8_digits_that_start_the_number(
    identifier: str, fits: bool
) -> None:
    chain = Chain(identifier=identifier)
    assert chain.oks() == ("tttt-" if fits else "f----")
    only_form = len(identifier.rstrip("F")) >= 3 and identifier.rstrip("F").isdigit()
    assert chain.oks(icc={"5A": None}) == ("tttt-" if only_form else "f----")


def test_the_number_in_the_certificate_is_that_of_the_card() -> None:
    assert Chain(pan="9804000000000028").oks() == "ttf--"
    assert Chain(pan="9804000000000028").oks(icc={"5A": None}) == "tttt-"
    assert Chain().oks(icc={"5A": PAN + "FFFF"}) == "tttt-"
    assert Chain(pan=PAN[:-1]).oks(icc={"5A": PAN[:-1] + "F"}) == "tttt-"
    assert Chain().oks(icc={"5A": PAN + "00"}) == "ttf--"
    assert Chain().oks(icc={"5A": ""}) == "f----"


@pytest.mark.parametrize("length", range(10))
def test_a_dynamic_number_has_2_to_8_bytes(length: int) -> None:
    dynamic = bytes([length]) + bytes(range(length))
    expected = "tttt-" if 2 <= length <= 8 else "tttf-"
    assert Chain(dynamic=dynamic).oks() == expected
    assert Chain(dynamic=dynamic + b"more").oks() == expected
    assert Chain(dynamic=dynamic[:-1] if length else b"").oks() == "tttf-"


def test_dynamic_data_may_fill_its_room_and_no_more() -> None:
    room = 128 - 25
    assert Chain(dynamic=NUMBER.ljust(room, b"x")).oks() == "tttt-"
    assert Chain(dynamic=NUMBER.ljust(room, b"x"), edit={"9F4B": at(2, room + 1)}).oks() == "tttf-"


# -- CDA ---------------------------------------------------------------------------------------

BODY = [b"\x9f\x27\x01\x40", b"\x9f\x36\x81\x02\x00\x14", b"\x9f\x10\x03abc"]


def cda_chain(objects: list[bytes] | None = None, sent: bytes = PDOL + CDOL1 + CDOL2) -> Chain:
    covered = sent + b"".join(BODY if objects is None else objects)
    bound = CID + CRYPTOGRAM + hashlib.sha1(covered).digest()
    return Chain(dynamic=NUMBER + bound)


def answer(objects: list[bytes] | None = None, *, template: str = "77", sw: str = "9000") -> str:
    body = b"".join(BODY if objects is None else objects)
    return f"{template}{len(body):02X}{body.hex()}{sw}"


def cda(chain: Chain | None = None, **more: Any) -> str:
    asked = {
        "mode": "cda",
        "response": answer(),
        "pdol_data": PDOL.hex(),
        "cdol1_data": CDOL1.hex(),
        "cdol2_data": CDOL2.hex(),
    }
    return (chain or cda_chain()).oks(**asked | more)


def test_a_cda_signature_binds_the_cryptogram_and_the_answer() -> None:
    assert cda() == "ttttt"
    told = cda_chain().checked(mode="cda", dynamic_data=None)
    covered = PDOL + CDOL1 + CDOL2 + b"".join(BODY)
    assert told["dynamic"] == {
        "ok": None,
        "icc_dynamic_number": "01020304",
        "cid": "40",
        "cryptogram": CRYPTOGRAM.hex().upper(),
        "transaction_data_hash": hashlib.sha1(covered).hexdigest().upper(),
    }
    assert told["transaction"] is None


def test_the_transaction_is_tried_only_with_cda_an_answer_and_a_usable_signature() -> None:
    assert cda(response=None) == "tttt-"
    assert cda(mode="dda") == "tttt-"
    assert cda(mode=None) == "tttt-"
    assert cda(dynamic_data=None) == "tttut"
    assert cda(static_data=None) == "tuutt"
    assert cda(dynamic_data="00") == "tttf-"
    assert cda(icc={"9F4B": None}) == "ttt--"
    assert cda(replace(cda_chain(), pan="9804000000000028")) == "ttf--"


def test_in_dda_mode_the_answer_is_ignored_whatever_it_is() -> None:
    assert cda(mode="dda", response="no hex", cdol1_data=None) == "tttt-"
    assert "cid" not in cda_chain().checked(mode="dda")["dynamic"]


def test_the_first_data_list_is_required_once_the_transaction_is_tried() -> None:
    question = cda_chain().question(mode="cda", response=answer())
    assert refused("oda", **question)
    assert cda(cda_chain(sent=CDOL1), pdol_data=None, cdol2_data=None) == "ttttt"
    assert cda(cda_chain(sent=b""), pdol_data="", cdol1_data="", cdol2_data="") == "ttttt"
    assert cda(dynamic_data="00", cdol1_data=None) == "tttf-"


@pytest.mark.parametrize("field", ["pdol_data", "cdol1_data", "cdol2_data"])
def test_everything_that_was_sent_is_signed(field: str) -> None:
    assert cda(**{field: b"another".hex()}) == "ttttf"
    assert refused("oda", **cda_chain().question(**{field: "9"}))


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "90",
        "9000",
        answer(sw="6985"),
        answer(sw=""),
        answer(template="70"),
        "80" + answer()[2:],
        "9C0100" + answer(),
        answer(sw="") + answer(),
        answer(sw="") + "9C01009000",
        "77029F279000",
        "77809000",
        answer(BODY[1:]),
        answer([b"\x9f\x27\x01\x80", *BODY[1:]]),
        answer([b"\x9f\x27\x02\x40\x00", *BODY[1:]]),
        answer([b"\xe1\x04" + BODY[0], *BODY[1:]]),
        answer([BODY[0], BODY[2], BODY[1]]),
        answer([*BODY, b"\x9c\x01\x00"]),
    ],
)
def test_another_answer_than_the_signed_one_is_false(wrong: str) -> None:
    assert cda(response=wrong) == "ttttf"


def test_the_signature_in_the_answer_is_not_covered_and_not_used() -> None:
    other = b"\x9f\x4b\x03xyz"
    for place in range(len(BODY) + 1):
        assert cda(response=answer([*BODY[:place], other, *BODY[place:]])) == "ttttt"
    assert cda(response=answer([other, *BODY, other])) == "ttttt"


def test_filler_in_an_answer_is_no_object() -> None:
    assert cda(response="00" + answer([b"\x00", BODY[0], b"\x00\x00", *BODY[1:]])) == "ttttt"


def test_a_nested_object_is_covered_as_part_of_its_template() -> None:
    nested = [*BODY, b"\xe1\x06\x9f\x4b\x03xyz"]
    assert cda(cda_chain(nested), response=answer(nested)) == "ttttt"
    cid_inside = [b"\xe1\x04" + BODY[0]]
    assert cda(cda_chain(cid_inside), response=answer(cid_inside)) == "ttttf"


@pytest.mark.parametrize("missing", [1, 20, 28, 29])
def test_combined_data_that_is_too_short_is_no_cda_signature(missing: int) -> None:
    short = replace(cda_chain(), dynamic=cda_chain().dynamic[:-missing])
    assert cda(short) == "tttf-"
    assert cda(short, mode="dda") == "tttt-"
    assert cda(replace(cda_chain(), dynamic=cda_chain().dynamic + b"more")) == "ttttt"


# -- what is asked -----------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["90", "9F32", "9F47"])
def test_what_a_card_must_have_is_an_error_when_it_is_missing(tag: str) -> None:
    assert refused("oda", **Chain().question(icc={tag: None}))
    if tag == "9F47":
        assert refused("oda", **Chain().question(icc={tag: None, "90": ""}))
        assert Chain().oks(icc={tag: None, "9F46": None}) == "tt---"


@pytest.mark.parametrize(
    "wrong",
    [
        {"ca_modulus": None},
        {"ca_exponent": None},
        {"ca_modulus": "A"},
        {"icc": None},
        {"icc": []},
        {"mode": "sda"},
        {"mode": "CDA"},
        {"mode": 1},
        {"static_data": "5"},
        {"dynamic_data": 5},
        {"mode": "cda", "response": "9"},
    ],
    ids=str,
)
def test_a_question_of_another_shape_is_an_error(wrong: dict[str, Any]) -> None:
    assert refused("oda", **Chain().question() | wrong)


@pytest.mark.parametrize("modulus", ["", "00", "01", "00" * 176, "FF" * 22])
def test_a_scheme_key_that_is_none_proves_nothing(modulus: str) -> None:
    question = Chain().question(ca_modulus=modulus)
    question["icc"]["90"] = "01" * (len(modulus) // 2)
    assert ask("oda", **question)["issuer"] == {"ok": False}
    assert ask("oda", **question | {"ca_exponent": ""})["issuer"] == {"ok": False}
