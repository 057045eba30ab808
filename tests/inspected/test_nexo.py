"""nexo message protection through `till inspect`, beside a second writing of the same rules."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from .asking import ask, refused

PHRASE = "moist dune"
HEADER = {"POIID": "P400Plus-000000001", "ServiceID": "a1", "ProtocolVersion": "3.0"}
NONCE = "AAECAwQFBgcICQoLDA0ODw=="


def message(header: object = HEADER, kind: str = "SaleToPOIRequest", **rest: object) -> str:
    return json.dumps({kind: {"MessageHeader": header, **rest}}, ensure_ascii=False)


def seal(plaintext: str, **other: Any) -> dict[str, Any]:
    members = {"passphrase": PHRASE, "key_identifier": "till-7", "key_version": 3, "nonce": NONCE}
    return ask("nexo_seal", plaintext=plaintext, **(members | other))


def sealed(plaintext: str = message(), **other: Any) -> dict[str, Any]:
    secured = seal(plaintext, **other)["secured"]
    assert isinstance(secured, dict)
    return secured


def oracle(
    plain: bytes,
    *,
    header: object = HEADER,
    crypto: int = 1,
    pad: bytes | None = None,
    flip: int = 0,
) -> dict[str, Any]:
    """Seals anything, also what the product would not."""
    keys = hashlib.pbkdf2_hmac("sha1", PHRASE.encode(), b"AdyenNexoV1Salt", 4000, 80)
    nonce = base64.b64decode(NONCE)
    iv = bytes(a ^ b for a, b in zip(keys[64:], nonce, strict=True))
    length = 16 - len(plain) % 16
    padded = plain + (bytes([length]) * length if pad is None else pad)
    encryptor = Cipher(algorithms.AES(keys[32:64]), modes.CBC(iv)).encryptor()
    mac = bytearray(hmac.new(keys[:32], plain, hashlib.sha256).digest())
    mac[0] ^= flip
    return {
        "MessageHeader": header,
        "NexoBlob": base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode(),
        "SecurityTrailer": {
            "AdyenCryptoVersion": crypto,
            "Hmac": base64.b64encode(mac).decode(),
            "KeyIdentifier": "till-7",
            "KeyVersion": 3,
            "Nonce": NONCE,
        },
    }


def opens(secured: object, phrase: str = PHRASE) -> str | None:
    answer = ask("nexo_open", passphrase=phrase, secured=secured)
    return answer["plaintext"] if list(answer) == ["plaintext"] else None


def changed(secured: dict[str, Any], **trailer: object) -> dict[str, Any]:
    kept = {k: v for k, v in (secured["SecurityTrailer"] | trailer).items() if v is not None}
    return secured | {"SecurityTrailer": kept}


@pytest.mark.parametrize("phrase", ["moist dune", "", "пароль ключа", "x" * 200])
def test_the_keys_are_pbkdf2_cut_in_three(phrase: str) -> None:
    drawn = hashlib.pbkdf2_hmac("sha1", phrase.encode(), b"AdyenNexoV1Salt", 4000, 80).hex().upper()
    assert ask("nexo_keys", passphrase=phrase) == {
        "hmac_key": drawn[:64],
        "cipher_key": drawn[64:128],
        "iv": drawn[128:],
    }


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.dictionaries(st.text(max_size=8), st.integers() | st.none()))
def test_what_is_sealed_opens_and_is_what_the_other_writing_seals(text, header) -> None:
    plain = message(header, Note=text.encode("utf-8", "replace").decode())
    secured = sealed(plain)
    assert secured == oracle(plain.encode(), header=header)
    assert opens(secured) == plain


@pytest.mark.parametrize("kind", ["SaleToPOIRequest", "SaleToPOIResponse"])
def test_the_plaintext_is_sealed_byte_for_byte(kind: str) -> None:
    plain = (
        f' {{ "{kind}" : {{"Їжа":"\\u0042", "MessageHeader":{{"b":1,"a":[true,null,1.5]}} }}}}\n'
    )
    secured = sealed(plain)
    assert secured["MessageHeader"] == {"b": 1, "a": [True, None, 1.5]}
    assert opens(secured) == plain


@pytest.mark.parametrize(
    "plaintext",
    [
        "", "x", "[]", "{}", '{"SaleToPOIRequest":{}}', '{"SaleToPOIRequest":[]}', message(None),
        message([]), message("x"), message(kind="Other"), '{"SaleToPOIRequest":{"MessageHeader":{}}',
        '{"SaleToPOIRequest":{"MessageHeader":{}},"x":1}', '\ufeff{"SaleToPOIRequest":{"MessageHeader":{}}}',
        '{"SaleToPOIRequest":{"MessageHeader":{}},"SaleToPOIResponse":{"MessageHeader":{}}}',
        '{"SaleToPOIRequest":{"MessageHeader":{"a":NaN}}}', '{"MessageHeader":{}}',
        '{"SaleToPOIRequest":{"MessageHeader":{"a":1e999}}}',
    ],
)  # fmt: skip
def test_what_is_no_message_is_not_sealed(plaintext: str) -> None:
    assert list(seal(plaintext)) == ["error"]
    assert opens(oracle(plaintext.encode(), header={})) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": None}, {"nonce": ""}, {"nonce": "AAECAwQFBgcICQoLDA0ODw"}, {"nonce": "AAEC"},
        {"nonce": NONCE + "\n"}, {"nonce": "AAECAwQFBgcICQoLDA0ODxA="}, {"nonce": 5}, {"nonce": "é"},
        {"passphrase": None}, {"passphrase": 1}, {"passphrase": "\ud800"}, {"key_version": "3"},
        {"key_version": True}, {"key_version": 3.0}, {"key_version": None}, {"key_identifier": None},
        {"key_identifier": 7},
    ],
)  # fmt: skip
def test_an_input_that_is_missing_or_of_another_type_is_an_error(wrong: dict[str, Any]) -> None:
    assert list(seal(message(), **wrong)) == ["error"]
    assert list(seal(message())) == ["secured"]


@pytest.mark.parametrize("part", ["MessageHeader", "NexoBlob", "SecurityTrailer"])
@pytest.mark.parametrize("value", [None, 1, "x", [], True])
def test_a_part_that_is_missing_or_something_else_is_an_error(part: str, value: object) -> None:
    assert opens(sealed() | {part: value}) is None


@pytest.mark.parametrize(
    ("member", "values"),
    [
        ("AdyenCryptoVersion", [None, 0, 2, "1", True, 1.0]),
        ("Hmac", [None, "", "AAAA", 5, base64.b64encode(bytes(32)).decode()]),
        ("KeyIdentifier", [None, 7, True]),
        ("KeyVersion", [None, "3", True, 3.0]),
        ("Nonce", [None, "", "AAAA", 5, base64.b64encode(bytes(16)).decode()]),
    ],
)
def test_a_trailer_that_is_not_whole_is_an_error(member: str, values: list[object]) -> None:
    for value in values:
        assert opens(changed(sealed(), **{member: value})) is None


def test_the_names_of_the_key_are_not_compared() -> None:
    assert opens(changed(sealed(), KeyIdentifier="", KeyVersion=-1)) == message()


@pytest.mark.parametrize("blob", ["", "AAAA", "?", base64.b64encode(bytes(16)).decode()])
def test_a_blob_of_no_whole_blocks_or_another_content_is_an_error(blob: str) -> None:
    assert opens(sealed() | {"NexoBlob": blob}) is None


def test_another_passphrase_version_padding_or_hmac_is_an_error() -> None:
    plain = message().encode()
    assert opens(oracle(plain)) == message()
    assert opens(oracle(plain), "moist dun") is None
    assert opens(oracle(plain, crypto=2)) is None
    assert opens(oracle(plain, flip=1)) is None
    rest = -len(plain) % 16 or 16
    assert opens(oracle(plain, pad=bytes(rest))) is None
    assert opens(oracle(plain, pad=bytes(rest - 1) + bytes([17]))) is None
    assert opens(oracle(b"\xff" * 20)) is None


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_bit_of_the_blob_can_be_changed(data) -> None:
    secured = sealed()
    blob = bytearray(base64.b64decode(secured["NexoBlob"]))
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8
    assert opens(secured | {"NexoBlob": base64.b64encode(blob).decode()}) is None


def test_the_header_outside_is_the_one_inside_whatever_the_order_of_its_members() -> None:
    header = {"a": {"b": 1, "c": [1, 2]}, "d": True}
    secured = sealed(message(header))
    assert opens(secured | {"MessageHeader": {"d": True, "a": {"c": [1, 2], "b": 1}}})
    for other in (
        {}, header | {"d": 1}, header | {"d": None}, header | {"e": None},
        header | {"a": {"b": 1, "c": [2, 1]}}, header | {"a": {"b": True, "c": [1, 2]}},
        header | {"a": {"b": 1, "c": [1]}}, header | {"a": [1]},
    ):  # fmt: skip
        assert opens(secured | {"MessageHeader": other}) is None


def test_nothing_but_an_object_is_opened() -> None:
    for it in (None, "x", [], 1):
        assert refused("nexo_open", passphrase=PHRASE, secured=it)
    assert refused("nexo_open", secured=sealed())
