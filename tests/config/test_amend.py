"""A program writes one section of a settings file; what people wrote stays."""

import os
import tomllib
from pathlib import Path

import pytest

from appliance.config import ConfigError
from appliance.config.amend import with_section, write_section

BY_HAND = """\
# The shop at the corner.
[shop]
name = "Кут"   # as on the sign

[fleet]
uid = "old"
brokers = [
    "mqtts://a:1",  # the near one
]
share_people = true

# Two devices.
[[devices]]
name = "scanner"
"""


def test_a_section_is_replaced_and_all_else_is_as_it_was() -> None:
    text = with_section(BY_HAND, "fleet", {"uid": "new", "brokers": ("mqtts://b:2", "mqtts://c:3")})
    assert tomllib.loads(text)["fleet"] == {
        "uid": "new",
        "brokers": ["mqtts://b:2", "mqtts://c:3"],
        "share_people": True,
    }
    before, after = (
        BY_HAND.split("[fleet]", maxsplit=1)[0],
        BY_HAND[BY_HAND.index("\n# Two devices") :],
    )
    assert text.startswith(before)
    assert text.endswith(after)
    assert with_section(text, "fleet", {}) == text


def test_the_gap_between_two_sections_stays_when_the_first_is_written_anew() -> None:
    text = with_section(with_section("", "shop", {"name": "Кут"}), "till", {"number": 2})
    assert with_section(text, "shop", {"name": "Кут"}) == text


@pytest.mark.parametrize(
    "text", ["", "# nothing yet", '[shop]\nname = "a"', "[[devices]]\nname=1\n"]
)
def test_a_section_that_is_not_there_is_added(text: str) -> None:
    amended = with_section(text, "fleet", {"shop": 'with "quotes" and \\ and \x7f and \n'})
    assert amended.startswith(text)
    assert tomllib.loads(amended) == tomllib.loads(text) | {
        "fleet": {"shop": 'with "quotes" and \\ and \x7f and \n'}
    }


def test_settings_that_would_be_wrong_are_not_written(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text('[shop]\nname = "a"\n')
    with pytest.raises(ConfigError):
        write_section(path, "fleet", {"uid": "no ulid"})
    assert path.read_text() == '[shop]\nname = "a"\n'
    assert [*tmp_path.iterdir()] == [path]


def test_a_file_stays_readable_for_whom_it_was_whatever_the_programs_umask(tmp_path: Path) -> None:
    """The updater, a user of its own, reads the settings that the till has written."""
    path = tmp_path / "shop.toml"
    path.write_text("")
    path.chmod(0o640)
    before = os.umask(0o077)
    try:
        write_section(path, "fleet", {"shop": "kyiv-1"})
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_keeps_its_mode_and_one_that_is_missing_is_made(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text("")
    path.chmod(0o640)
    write_section(path, "fleet", {"shop": "kyiv-1"})
    assert path.stat().st_mode & 0o777 == 0o640
    write_section(tmp_path / "other.toml", "fleet", {"shop": "kyiv-1"})
    assert (tmp_path / "other.toml").read_text() == '[fleet]\nshop = "kyiv-1"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[shop\nname = 1\n", "settings:1"),
        ("till = 3\n", "till must be a section"),
        ("[[till]]\nnumber = 1\n", "till must be a section"),
    ],
)
def test_what_is_no_settings_file_gets_no_section(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        with_section(text, "till", {"number": 2})
