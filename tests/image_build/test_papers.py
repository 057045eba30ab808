"""The papers that go with an image: Imager's list, the bill of materials, the bundle's manifest."""

from __future__ import annotations

import configparser
import hashlib
import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from image import application, bundle, keys, licences, os_list, places, sbom
from image.lock import Lock
from image.recipe import IN_THE_IMAGE

# After raspberrypi/rpi-imager, doc/json-schema/os-list-schema.json and doc/os-sublist-example.json.
TEXT, COUNT = {"type": "string"}, {"type": "integer", "minimum": 1}
SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
FIELDS = {
    "name": TEXT,
    "description": TEXT,
    "icon": TEXT,
    "url": TEXT,
    "website": TEXT,
    "extract_size": COUNT,
    "extract_sha256": SHA256,
    "image_download_size": COUNT,
    "image_download_sha256": SHA256,
    "release_date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
    "devices": {"type": "array", "items": {"enum": ["pi5-64bit", "pi4-64bit", "pi3-64bit"]}},
    "architecture": {"enum": ["armhf", "armv8"]},
    "init_format": {"enum": ["none", "systemd", "cloudinit", "cloudinit-rpi"]},
}
ENTRY = {
    "type": "object",
    "required": ["name", "description", "icon", "url", "extract_size", "extract_sha256",
                 "image_download_size", "release_date"],
    "properties": FIELDS,
    "additionalProperties": False,
}  # fmt: skip
IMAGER = {
    "type": "object",
    "required": ["os_list"],
    "properties": {"os_list": {"type": "array", "minItems": 1, "items": ENTRY}},
}


@pytest.fixture
def listed(tmp_path: Path) -> dict[str, object]:
    image, packed = tmp_path / "kram.img", tmp_path / "kram.img.zst"
    image.write_bytes(b"card" * 1000)
    packed.write_bytes(b"small")
    of = os_list.flashable("gpt", "https://example.org/kram.img.zst", image, packed)
    return json.loads(os_list.repository("1.2.0", 1795910400, "debian", of, "https://example.org"))


def test_imager_finds_every_field_it_documents(listed: dict[str, object]) -> None:
    assert [str(error.message) for error in Draft7Validator(IMAGER).iter_errors(listed)] == []


def test_imager_can_check_what_it_wrote(listed: dict[str, object]) -> None:
    (entry,) = listed["os_list"]
    assert entry["extract_size"] == 4000
    assert entry["extract_sha256"] == hashlib.sha256(b"card" * 1000).hexdigest()
    assert entry["image_download_sha256"] == hashlib.sha256(b"small").hexdigest()


def test_imager_asks_no_questions_of_its_own(listed: dict[str, object]) -> None:
    (entry,) = listed["os_list"]
    assert entry["init_format"] == "none"


@pytest.mark.parametrize(
    ("table", "kernel", "devices"),
    [
        ("gpt", "debian", ["pi4-64bit"]),
        ("gpt", "rpi", ["pi5-64bit", "pi4-64bit"]),
        ("mbr", "debian", ["pi4-64bit", "pi3-64bit"]),
    ],
)
def test_imager_offers_an_image_only_for_boards_that_it_starts(table, kernel, devices) -> None:
    assert os_list.devices(table, kernel) == devices


LOCK = Lock.of((places.HERE / "versions.lock").read_text())
INSTALLED = [row for row in LOCK.rows if row.kind in IN_THE_IMAGE]


DEP5 = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2001 Somebody
License: GPL-2+ and LGPL-2.1, or Expat

Files: po/*
License: Sleepycat

License: GPL-2+
 This program is free software, by whoever License: this is not a field.
"""
OLDER = """This package was debianized by somebody.

  either version 2, or (at your option) any later version.
On Debian systems: /usr/share/common-licenses/GPL-2 and /usr/share/common-licenses/LGPL-2.1
"""


def bill(version: str = "1.2.0") -> dict[str, object]:
    told = {f"deb:{INSTALLED[0].package}": licences.of_copyright(DEP5)}
    pinned = application.LOCK.read_text()
    return json.loads(sbom.bill(version, LOCK.epoch_s, INSTALLED, pinned, told))


def test_the_bill_names_every_package_of_both_locks_with_a_hash() -> None:
    components = bill()["components"]
    pinned = [line for line in application.LOCK.read_text().splitlines() if "==" in line]
    assert len(components) == len(INSTALLED) + len(pinned)
    assert all(each["hashes"] for each in components)


def test_no_two_components_of_the_bill_share_a_reference() -> None:
    references = [each["bom-ref"] for each in bill()["components"]]
    assert len(set(references)) == len(references)


def test_equal_contents_have_equal_bills_and_others_another_number() -> None:
    assert bill() == bill()
    assert bill()["serialNumber"] != bill("1.2.1")["serialNumber"]


def ids(told: list[dict[str, object]]) -> list[str]:
    return [str(next(iter(dict(it["license"]).values()))) for it in told]  # type: ignore[call-overload]


def test_a_package_s_licences_are_those_of_its_machine_readable_notice() -> None:
    told = licences.of_copyright(DEP5)
    assert ids(told) == ["GPL-2.0-or-later", "LGPL-2.1-only", "MIT", "Sleepycat"]
    assert told[-1] == {"license": {"name": "Sleepycat"}}, "an identifier that SPDX does not know"
    (of_first,) = [it for it in bill()["components"] if it.get("licenses")]  # type: ignore[attr-defined]
    assert of_first["licenses"] == told


def test_an_older_notice_is_gone_by_what_it_points_at() -> None:
    assert ids(licences.of_copyright(OLDER)) == ["GPL-2.0-or-later", "LGPL-2.1-or-later"]
    assert ids(licences.of_copyright("Permission is hereby granted, free of\n charge")) == ["MIT"]
    assert ids(licences.of_copyright("Do as you like.")) == [licences.OWN]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("License-Expression: Apache-2.0 OR MIT", [{"expression": "Apache-2.0 OR MIT"}]),
        ("License: MIT", [{"license": {"id": "MIT"}}]),
        (
            "License: Copyright 2001\n        and so on\n"
            "Classifier: License :: OSI Approved :: MIT License",
            [{"license": {"id": "MIT"}}],
        ),
        ("Classifier: License :: Odd", [{"license": {"name": "Odd"}}]),
        ("Summary: none", []),
    ],
)
def test_a_wheel_s_licence_is_that_of_its_metadata(fields: str, said: list[object]) -> None:
    text = f"Metadata-Version: 2.4\nName: Some_Thing\n{fields}\n\nLicense: of the description"
    assert licences.of_metadata(text) == ("some-thing", said)


def test_papers_are_found_where_packages_and_wheels_keep_them(tmp_path: Path) -> None:
    (tmp_path / "doc/rauc").mkdir(parents=True)
    (tmp_path / "doc/rauc/copyright").write_text(DEP5)
    (tmp_path / "doc/librauc").symlink_to("rauc")
    metadata = tmp_path / "python/a-1.dist-info/METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Name: a\nLicense: MIT\n")
    names = [(name, tmp_path / "doc") for name in ("rauc", "librauc", "none")]
    told = licences.found(names, tmp_path / "python")
    assert list(told) == ["deb:rauc", "deb:librauc", "pypi:a"]
    assert told["deb:rauc"] == told["deb:librauc"]


def test_the_manifest_is_of_a_verity_bundle_that_fetches_only_changed_blocks() -> None:
    manifest = configparser.ConfigParser()
    manifest.read_string(bundle.manifest("1.2.0"))
    assert manifest["bundle"]["format"] == "verity"
    for image in ("image.rootfs", "image.boot"):
        assert manifest[image]["adaptive"] == "block-hash-index"


def test_a_delta_counts_each_new_block_once(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    a, b, c = (letter * bundle.BLOCK for letter in (b"a", b"b", b"c"))
    old.write_bytes(a + b)
    new.write_bytes(b + c + a + c)
    assert bundle.delta(old, new) == (bundle.BLOCK, 4 * bundle.BLOCK)


def test_only_public_parts_of_keys_get_into_an_image(tmp_path: Path) -> None:
    for name in ("keyring.pem", "authority.key", "signing.pem", "signing.key", "release-roots"):
        (tmp_path / name).write_text(name)
    assert [file.name for file, _ in keys.public_parts(tmp_path)] == [
        "keyring.pem",
        "release-roots",
    ]
