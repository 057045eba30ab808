"""A pass that is signed as Apple and Google want it, and what is said when it cannot be."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import zipfile
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from PIL import Image

from appliance.passes import CardPass, PassError
from appliance.passes.apple import pkpass, signer
from appliance.passes.google import SAVE, account, save_link
from appliance.passes.icon import icon
from tests.passes.papers import ISSUER, NOW, PASS_TYPE, TEAM, Papers, new_key, pem

CARD = CardPass(
    code="GC7K3M9Q2X4D8APZ5RMY",
    shown="GC-7K3M9Q-2X4D8A-PZ5RMY",
    hint="5RMY",
    serial="gc-" + "0a" * 20,
    kind="gift_card",
    title="Подарункова картка",
    shop="На розі",
    language="uk",
    expires=NOW.replace(year=2029, tzinfo=ZoneInfo("Europe/Kyiv")),
)
KEYS = new_key(), new_key(), new_key()


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return Papers(tmp_path, *KEYS).write()


def apple(papers: Papers, **changed: str):
    given = {"pass_type": PASS_TYPE, "team": TEAM, **changed}
    paths = {"certificate": "card.cer", "key": "card.key", "wwdr": "wwdr.pem"}
    return signer(**given, **{it: papers.folder / file for it, file in paths.items()}, now=NOW)


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def verified(folder: Path, parts: dict[str, bytes]) -> bool:
    """What the openssl command says of the signature, from the root down."""
    for name in ("manifest.json", "signature"):
        (folder / name).write_bytes(parts[name])
    command = (
        "openssl smime -verify -binary -inform DER -in signature -content manifest.json "
        f"-CAfile root.pem -purpose any -attime {int(NOW.timestamp())}"
    )
    return not subprocess.run(
        command.split(), check=False, cwd=folder, capture_output=True
    ).returncode


def test_openssl_finds_the_signature_of_a_pass_good_and_a_changed_manifest_bad(
    papers: Papers,
) -> None:
    parts = unpacked(pkpass(CARD, apple(papers)))
    assert verified(papers.folder, parts)
    parts["manifest.json"] = parts["manifest.json"].replace(b"icon.png", b"icon.pnG")
    assert not verified(papers.folder, parts)


def test_the_manifest_names_every_file_but_itself_and_its_signature(papers: Papers) -> None:
    parts = unpacked(pkpass(CARD, apple(papers)))
    manifest = json.loads(parts.pop("manifest.json"))
    del parts["signature"]
    assert manifest == {name: hashlib.sha1(it).hexdigest() for name, it in parts.items()}
    assert set(manifest) == {"pass.json", "icon.png", "icon@2x.png", "icon@3x.png"}


def test_the_pass_has_the_code_and_no_balance(papers: Papers) -> None:
    told = json.loads(unpacked(pkpass(CARD, apple(papers)))["pass.json"])
    assert told["barcodes"][0]["message"] == CARD.code
    assert (told["passTypeIdentifier"], told["teamIdentifier"]) == (PASS_TYPE, TEAM)
    assert told["expirationDate"] == "2029-11-29T12:00:00+02:00"
    assert told["storeCard"]["secondaryFields"] == [
        {"key": "hint", "label": "Закінчується на", "value": "5RMY"},
        {"key": "until", "label": "Діє до", "value": "29.11.2029"},
    ]
    without_end = json.loads(
        unpacked(pkpass(replace(CARD, expires=None), apple(papers)))["pass.json"]
    )
    assert "expirationDate" not in without_end


def test_the_icon_shows_the_shops_letter() -> None:
    shown = Image.open(io.BytesIO(icon("На розі", 3)))
    assert shown.size == (87, 87)
    assert icon("Аптека", 1) != icon("Базар", 1)
    assert icon("…", 1)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda it: it.certify(until=NOW - timedelta(days=1)), "expired on 2026-11-28"),
        (lambda it: it.certify(pass_type="pass.other"), "is for pass.other, and apple_pass_type"),
        (lambda it: (it.folder / "card.key").chmod(0o640), "others may read"),
        (lambda it: (it.folder / "card.key").unlink(), "cannot be read: No such file"),
        (lambda it: it.secret("card.key", pem(new_key())), "is not the key of"),
        (lambda it: it.secret("card.key", pem(new_key(), b"secret")), "has a password"),
        (lambda it: it.secret("card.key", b"nothing"), "holds no private key"),
        (lambda it: it.secret("card.cer", b"nothing"), "is no certificate"),
        (
            lambda it: (it.folder / "root.pem").replace(it.folder / "wwdr.pem"),
            "did not issue",
        ),
    ],
)
def test_what_a_telephone_would_refuse_without_a_word_is_said(
    papers: Papers, spoil, said: str
) -> None:
    spoil(papers)
    with pytest.raises(PassError, match=said):
        apple(papers)


def test_a_wrong_team_is_said(papers: Papers) -> None:
    with pytest.raises(PassError, match="is for TEAM123456, and apple_team is OTHER"):
        apple(papers, team="OTHER")


def test_googles_link_is_signed_by_the_shops_account_and_short_enough(papers: Papers) -> None:
    link = save_link(CARD, account(ISSUER, papers.folder / "google.json"), NOW)
    assert link.startswith(SAVE)
    token = link.removeprefix(SAVE)
    head, body, signature = (urlsafe_b64decode(it + "==") for it in token.split("."))
    signed = token.rpartition(".")[0].encode()
    papers.key.public_key().verify(signature, signed, PKCS1v15(), SHA256())
    assert json.loads(head) == {"alg": "RS256", "typ": "JWT"}
    claims = json.loads(body)
    assert (claims["aud"], claims["typ"]) == ("google", "savetowallet")
    assert claims["iss"] == "till@shop.iam.gserviceaccount.com"
    (card,) = claims["payload"]["giftCardObjects"]
    (family,) = claims["payload"]["giftCardClasses"]
    assert card["barcode"]["value"] == CARD.code
    assert card["classId"] == family["id"] == f"{ISSUER}.kram-gift_card"
    assert card["id"] == f"{ISSUER}.{CARD.serial}"
    # Google: a longer token may be cut off by a browser.
    assert len(token) <= 1800


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"client_email": "", "private_key": 1}'])
def test_what_is_no_service_account_is_said(papers: Papers, content: bytes) -> None:
    papers.secret("google.json", content)
    with pytest.raises(PassError, match="no key of a service account"):
        account(ISSUER, papers.folder / "google.json")


def test_a_pass_tells_its_code_to_no_log() -> None:
    assert CARD.code not in repr(CARD)
    assert CARD.shown not in repr(CARD)
