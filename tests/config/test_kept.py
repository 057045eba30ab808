"""What a till read last, kept for its next start: the same settings, and never stale ones."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.config import Settings, judge, kept, load, read
from appliance.config.accounts import Cards
from appliance.config.barcodes import BarcodeRule
from appliance.config.country import FOLDER
from appliance.config.kept import FILE
from appliance.config.mistakes import ConfigError, Source
from appliance.core.barcode import RuleKind
from appliance.shop import policy

CONFIG = Path(__file__).resolve().parents[2] / "config"
DEMO = CONFIG / "shop.demo.toml"
TEXT = '[shop]\nname = "Один"\n[till]\ndata_dir = "data"\n[prices]\ntax_table = "ua"\n'


@dataclass(frozen=True)
class Shop:
    """A shop's file, what the fleet wants of it, and where what was read is kept."""

    file: Path
    fleet: Path
    kept: Path

    def load(self) -> Settings:
        return load(self.file, self.kept)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop(tmp_path / "shop.toml", tmp_path / "data/fleet/config.toml", tmp_path / FILE)
    made.file.write_text(TEXT, encoding="utf-8")
    made.fleet.parent.mkdir(parents=True)
    return made


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One for each time that a file was read and checked."""
    seen: list[str] = []
    real = judge.settled

    def settled(document: dict[str, Any], source: Source, folder: Path) -> Settings:
        seen.append(source.file)
        return real(document, source, folder)

    monkeypatch.setattr(judge, "settled", settled)
    return seen


def test_the_next_start_has_the_same_settings_and_reads_nothing(shop: Shop, readings: list[str]):
    first = shop.load()
    assert shop.load() == first
    assert readings == [str(shop.file)]
    assert first.country is not None
    assert first.say(("till", "data_dir"), "no") == f"{shop.file}:4: [till] `data_dir`: no"


def test_without_a_place_nothing_is_kept(shop: Shop, readings: list[str]):
    assert load(shop.file) == load(shop.file)
    assert len(readings) == 2
    assert not shop.kept.exists()


def test_a_till_without_a_file_keeps_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(read.ENVIRONMENT, raising=False)
    monkeypatch.setattr(read, "SYSTEM_FILE", tmp_path / "none.toml")
    assert load(None, tmp_path / FILE) == load(None, tmp_path / FILE) == Settings()


def test_a_changed_file_is_read(shop: Shop):
    shop.load()
    shop.file.write_text(TEXT.replace("Один", "Два"), encoding="utf-8")
    assert shop.load().shop.name == "Два"


def test_what_the_fleet_comes_to_want_changes_and_takes_back_is_read(shop: Shop):
    assert shop.load().shop.name == "Один"
    for name in ("Перше", "Друге"):
        shop.fleet.write_text(f'[shop]\nname = "{name}"\n', encoding="utf-8")
        assert shop.load() == shop.load()
        assert shop.load().shop.name == name
    shop.fleet.unlink()
    assert shop.load().shop.name == "Один"


def test_that_the_fleets_settings_do_not_fit_is_said_at_each_start(
    shop: Shop, caplog: pytest.LogCaptureFixture
):
    shop.fleet.write_text("[cash]\nrounding_step = 0.125\n", encoding="utf-8")
    for starts in (1, 2):
        assert shop.load().shop.name == "Один"
        assert caplog.text.count("do not fit") == starts


def test_a_file_that_changes_while_it_is_read_is_read_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    real = judge.settled

    def settled(*parts: Any) -> Settings:
        shop.file.write_text(TEXT.replace("Один", "Два"), encoding="utf-8")
        return real(*parts)

    with monkeypatch.context() as once:
        once.setattr(judge, "settled", settled)
        assert shop.load().shop.name == "Один"
    assert shop.load().shop.name == "Два"


def test_another_program_python_home_or_tax_table_reads_anew(
    shop: Shop, readings: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    release = tmp_path / "release.json"
    taxes = tmp_path / "taxes"
    taxes.mkdir()
    for starts, change in enumerate(
        (
            lambda: None,
            lambda: monkeypatch.setattr(kept, "RELEASE", release),
            lambda: release.write_text('{"version": "1.0.0"}'),
            lambda: release.write_text('{"version": "1.0.1"}'),
            lambda: monkeypatch.setattr(sys, "version", "4.0"),
            lambda: monkeypatch.setenv("HOME", str(tmp_path / "home")),
            lambda: monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state")),
            lambda: monkeypatch.setattr(kept.country, "FOLDER", taxes),
            lambda: (taxes / "ua.toml").write_bytes((FOLDER / "ua.toml").read_bytes()),
        )
    ):
        change()
        shop.load()
        shop.load()
        # A release file that is named and is not there says nothing new.
        assert len(readings) == starts + (starts < 1)


def test_what_else_lies_there_is_passed_over_and_written_anew(shop: Shop):
    first = shop.load()
    whole = shop.kept.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    digest, _, body = whole.partition(b"\n")
    for odd in (b"", b"\n", b"\xff\xfe\n{}", whole[:-1], whole[:40], flipped, digest, body):
        shop.kept.write_bytes(odd)
        assert shop.load() == first
        assert shop.kept.read_bytes() == whole


@pytest.mark.parametrize(
    "body",
    [
        '"{}"',
        "[]",
        "[1, 2, 3]",
        '[STAMP, {}, ["Settings", {"shop": 1, "unknown": 2}]]',
        '[STAMP, {}, ["Shop", {}]]',
        '[STAMP, {}, ["Popen", ["true"]]]',
        '[STAMP, {}, ["Decimal", "no"]]',
        '[STAMP, {}, ["Theme", "pink"]]',
        "[STAMP, 7, []]",
        "[" * 100_000,
    ],
)
def test_a_forged_one_makes_nothing(shop: Shop, body: str):
    first = shop.load()
    stamp = shop.kept.read_text().partition("\n")[2].partition(",")[0][1:]
    forged = body.replace("STAMP", stamp).encode()
    shop.kept.write_bytes(kept._digest(forged).encode() + b"\n" + forged)
    assert shop.load() == first


def test_it_is_its_owners_alone(shop: Shop):
    shop.load()
    assert shop.kept.stat().st_mode & 0o777 == 0o600


def test_a_till_that_cannot_keep_them_has_them_all_the_same(
    shop: Shop, caplog: pytest.LogCaptureFixture
):
    (shop.kept.parent / "file").touch()
    assert load(shop.file, shop.kept.parent / "file" / FILE).shop.name == "Один"
    assert caplog.records[0].levelno == logging.WARNING


def test_wrong_settings_are_never_kept(shop: Shop):
    shop.file.write_text("[till]\nnumber = 0\n", encoding="utf-8")
    with pytest.raises(ConfigError):
        shop.load()
    assert not shop.kept.exists()


@pytest.mark.parametrize("file", [DEMO, CONFIG / "default.toml"], ids=lambda it: it.stem)
def test_the_second_start_imports_nothing_that_reads_or_checks_a_file(file: Path, tmp_path: Path):
    words = (
        "import sys; from pathlib import Path; from appliance.config import load;"
        f"load(Path({str(file)!r}), Path({str(tmp_path / FILE)!r}));"
        "print(*sys.modules)"
    )
    slow = {"pydantic", "pydantic_core", "annotated_types", "tomllib", "difflib", "pickle"}
    slow |= {"importlib.metadata", "email", "zipfile", "appliance.config.judge"}
    for expected in (True, False):
        done = subprocess.run(
            [sys.executable, "-c", words], capture_output=True, text=True, check=True
        )
        assert bool(slow & set(done.stdout.split())) is expected


# Whatever can be set is kept

words = st.text(max_size=8)
numbers = st.decimals(allow_nan=False, allow_infinity=False) | st.just(Decimal("1E+3"))
moments = (st.times() | st.datetimes() | st.datetimes(timezones=st.just(UTC))).map(
    lambda it: it.replace(fold=0)
)
plain: dict[Any, st.SearchStrategy[Any]] = {
    NoneType: st.none(),
    bool: st.booleans(),
    int: st.integers(),
    str: words,
    Decimal: numbers,
    date: st.dates(),
    Path: words.map(Path),
    # A driver's own keys: whatever TOML can say.
    Any: st.recursive(
        st.booleans() | st.integers() | words | numbers | st.dates() | moments,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
        max_leaves=4,
    ),
    # These two have values that go together.
    BarcodeRule: st.just(BarcodeRule(prefix="29", kind=RuleKind.PLAIN)),
    Cards: st.builds(Cards, serve=st.just("10.0.0.1:8765"), gift_card_min=numbers),
}


@cache
def anything(hint: Any) -> st.SearchStrategy[Any]:
    """Whatever fits a type, whether a rule allows it or not."""
    if hint in plain:
        return plain[hint]
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{it.name: anything(hints[it.name]) for it in fields(hint)})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    of = [
        anything(it) for it in get_args(hint) if get_origin(hint) is not Literal and it is not ...
    ]
    match get_origin(hint):
        case origin if origin is Literal:
            return st.sampled_from(get_args(hint))
        case origin if origin in (Union, UnionType):
            return st.one_of(of)
        case origin if origin is tuple:
            return st.lists(of[0], max_size=2).map(tuple)
        case origin if origin is frozenset:
            return st.frozensets(of[0], max_size=2)
        case origin if origin in (dict, Mapping):
            return st.dictionaries(*of, max_size=2)
    raise AssertionError(hint)


@pytest.mark.parametrize("name", [it.name for it in fields(Settings)])
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_all_that_can_be_set_is_made_again_as_it_was(name: str, data: st.DataObject):
    one = replace(Settings(), **{name: data.draw(anything(get_type_hints(Settings)[name]))})
    again = kept._made(json.loads(json.dumps(kept._plain(one))))
    assert again == one
    assert repr(again) == repr(one)


def test_the_demo_shop_is_made_again_as_it_was(tmp_path: Path):
    one, again = load(DEMO, tmp_path / FILE), load(DEMO, tmp_path / FILE)
    assert again == one == load(DEMO)
    assert policy(again) == policy(one)
