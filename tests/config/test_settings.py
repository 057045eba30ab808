"""Settings files: what they give, and what is said when they are wrong."""

import tomllib
from dataclasses import FrozenInstanceError
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.config import ConfigError, Settings, load
from appliance.config.judge import keys
from appliance.config.lines import lines_of
from appliance.config.read import ENVIRONMENT, parse
from appliance.config.rules import Section
from appliance.config.schema import Sections
from appliance.core.policy import AutoPrint
from appliance.core.pricing.model import RoundingMode

CONFIG = Path(__file__).resolve().parents[2] / "config"


def wrong(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text, "shop.toml", Path("/shop"))
    return list(caught.value.mistakes)


def said(text: str) -> str:
    (only,) = wrong(text)
    return only


def test_nothing_set_is_a_shop_that_can_sell() -> None:
    settings = parse("", "shop.toml", Path())
    assert settings.shop.currency == "UAH"
    assert settings.receipt.auto_print is AutoPrint.ALWAYS
    assert settings.cash.rounding_mode is RoundingMode.HALF_UP
    assert [person.role for person in settings.staff] == ["manager"]
    assert settings.denominations[0].value == 1000


def test_the_commented_default_file_says_exactly_the_defaults() -> None:
    assert load(CONFIG / "default.toml").shown() == Settings().shown()


def test_the_default_file_names_every_key_there_is() -> None:
    text = (CONFIG / "default.toml").read_text(encoding="utf-8")
    lines = {line.lstrip("# ").split(" =")[0] for line in text.splitlines()}
    for name, kind in keys(Sections).items():
        assert f"[{name}" in text, name
        if isinstance(kind, type) and issubclass(kind, Section):
            assert not keys(kind).keys() - lines, name


def test_the_demo_shop_is_on_the_corner_in_kyiv() -> None:
    settings = load(CONFIG / "shop.demo.toml")
    assert settings.shop.name == "На розі"
    assert list(settings.taxes) == ["VAT20", "VAT7", "EXC5", "NONE"]
    assert settings.taxes["VAT20"].letter == "А"
    assert settings.minor(settings.cash.rounding_step) == 50
    assert [settings.minor(each.value) for each in settings.denominations] == [
        100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50,
    ]  # fmt: skip


def test_amounts_are_exact_decimals() -> None:
    settings = parse("[cash]\nrounding_step = 0.10\n", "shop.toml", Path())
    assert settings.cash.rounding_step == Decimal("0.10")


def test_settings_cannot_be_changed_after_reading() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().shop.name = "Інша"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[cash]\nblind_count = true\nroundig_step = 0.5\n",
            "shop.toml:3: [cash] `roundig_step`: unknown key, did you mean `rounding_step`?",
        ),
        (
            "\n[csah]\nblind_count = true\n",
            "shop.toml:2: `csah`: unknown section, did you mean `cash`?",
        ),
        (
            '[till]\ncurrency = "UAH"\n',
            "shop.toml:2: [till] `currency`: does not belong here, it belongs to [shop]",
        ),
        (
            '[cash]\nrounding_mode = "half-up"\n',
            'shop.toml:2: [cash] `rounding_mode`: "half-up" is not possible, '
            "did you mean `half_up`?",
        ),
        (
            "[receipt]\nwidth_mm = 76\n",
            "shop.toml:2: [receipt] `width_mm`: 76 is not possible; there are: 58, 80",
        ),
        (
            '[cash]\nblind_count = "yes"\n',
            'shop.toml:2: [cash] `blind_count`: must be true or false, without quotes, not "yes"',
        ),
        (
            "[till]\nnumber = 0\n",
            "shop.toml:2: [till] `number`: must be at least 1, not 0",
        ),
        (
            '[cash]\nopening_float = "1000"\n',
            "shop.toml:2: [cash] `opening_float`: must be a number without quotes, with a point: "
            '12.50, not "1000"',
        ),
        (
            "[cash]\nopening_float = nan\n",
            "shop.toml:2: [cash] `opening_float`: must be a finite number",
        ),
        (
            "[cash]\nrounding_step = 0.125\n",
            "shop.toml:2: [cash] `rounding_step`: UAH amounts have at most 2 decimals, not 0.125",
        ),
        (
            '[shop]\ncurrency = "JPY"\n[cash]\nopening_float = 0.5\n',
            "shop.toml:4: [cash] `opening_float`: JPY amounts have no decimals, not 0.5",
        ),
        (
            '[shop]\ncurrency = "uah"\n',
            'shop.toml:2: [shop] `currency`: "uah" is no ISO 4217 currency, did you mean `UAH`?',
        ),
        (
            '[shop]\ntimezone = "Europe/Kiyv"\n',
            'shop.toml:2: [shop] `timezone`: "Europe/Kiyv" is no time zone, '
            "did you mean `Europe/Kyiv`?",
        ),
        (
            '[shop]\ntimezone = "right/Europe/Kyiv"\n',
            'shop.toml:2: [shop] `timezone`: "right/Europe/Kyiv" is no time zone, '
            "did you mean `Europe/Kyiv`?",
        ),
        (
            '[shop]\ntimezone = "Europe"\n',
            'shop.toml:2: [shop] `timezone`: "Europe" is no time zone, did you mean `Europe/Rome`?',
        ),
        (
            "[shop]\nname = 7\n",
            'shop.toml:2: [shop] `name`: must be a text in quotes ("..."), not 7',
        ),
        (
            '[shop]\naddress = "Київ"\n',
            'shop.toml:2: [shop] `address`: must be a list in brackets ([...]), not "Київ"',
        ),
        (
            '[taxes.VAT20]\nletter = "А"\n',
            "shop.toml:1: [taxes.VAT20] `rate`: must be given, in percent "
            "(or `amount`, per unit sold)",
        ),
        (
            "[taxes.DEP]\nrate = 1\namount = 2\n",
            "shop.toml:3: [taxes.DEP] `amount`: a tax has a `rate` or an `amount`, not both",
        ),
        (
            '[taxes.A]\nrate = 1\nletter = "А"\n[taxes.B]\nrate = 2\nletter = "А"\n',
            "shop.toml:6: [taxes.B] `letter`: the letter А is already that of A",
        ),
        (
            "[cash]\ndenominations = [\n  { value = 5 },\n  { value = 2, colour = 'red' },\n]\n",
            "shop.toml:4: [cash.denominations] no. 2 `colour`: must be six hexadecimal digits "
            'like "B56B96", not "red"',
        ),
        (
            '[[staff]]\nid = "1"\nname = "А"\nrole = "manager"\n[[staff]]\nid = "1"\nname = "Б"\n',
            'shop.toml:6: [staff] no. 2 `id`: "1" is already that of no. 1; each needs its own',
        ),
        (
            '[[staff]]\nid = "1"\nname = "А"\n',
            'shop.toml:1: `staff`: at least one person needs role = "manager"',
        ),
        (
            '[[devices]]\nname = "scanner"\ncategory = "Scaner"\ndriver = "serial"\n',
            'shop.toml:3: [devices] no. 1 `category`: "Scaner" is not possible, '
            "did you mean `Scanner`?",
        ),
        (
            '\n[[devices]]\nname = "scanner"\ncategory = "Scanner"\n',
            "shop.toml:2: [devices] no. 1 `driver`: must be given",
        ),
        (
            '[fleet]\nbrokers = ["mqtt://fleet.example:1883"]\n',
            'shop.toml:2: [fleet.brokers] no. 1 "mqtt://fleet.example:1883" is not encrypted: '
            "write mqtts:// and its port",
        ),
        (
            '[fleet]\nuid = "01JD0000000000000000000001"\n',
            "shop.toml:1: [fleet] `brokers`: must be given too, as `uid` is",
        ),
    ],
)
def test_a_wrong_setting_says_file_line_key_and_what_was_meant(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("[shop]\nname = На розі\n", "shop.toml:2: what stands after `=` is no value; a text"),
        ('[shop]\nname = "На розі\n', "shop.toml:2: a closing quote is missing"),
        ("[shop]\nname\n", "shop.toml:2: there is no `=` after the key: name"),
        ("[cash]\nopening_float = 1,50\n", "shop.toml:2: something is left over after the value"),
        ("[shop]\naddress = [\n", "shop.toml:3: "),
        ('[shop]\nname = "А"\nname = "Б"\n', "shop.toml:3: this key was given already"),
    ],
)
def test_what_is_no_toml_is_told_in_plain_words(text: str, start: str) -> None:
    assert said(text).startswith(start)


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    mistakes = wrong(
        "[cash]\nrounding_step = 0.125\nblind = true\n"
        '[[staff]]\nid = "1"\nname = ""\nrole = "manager"\n'
        "[till]\nnumber = 0\n[taxes.X]\nletter = 5\n"
    )
    assert [int(mistake.split(":")[1]) for mistake in mistakes] == [2, 3, 6, 9, 10, 11]


def test_a_file_of_another_encoding_names_its_first_wrong_line(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_bytes('[shop]\nname = "На розі"\n'.encode("cp1251"))
    with pytest.raises(ConfigError, match="shop.toml:2: this is not UTF-8 text"):
        load(file)


def test_a_file_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_bytes('\ufeff[shop]\r\nname = "На розі"\r\n'.encode())
    assert load(file).shop.name == "На розі"


def test_relative_paths_count_from_the_files_folder(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text('[shop]\nlogo = "logo.png"\n[till]\ndata_dir = "data"\n', encoding="utf-8")
    settings = load(file)
    assert settings.shop.logo == tmp_path / "logo.png"
    assert settings.till.data_dir == tmp_path / "data"


def test_the_environment_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[till]\nnumber = 7\n", encoding="utf-8")
    monkeypatch.setenv(ENVIRONMENT, str(file))
    assert load().till.id == "till-7"


def test_a_named_file_that_is_not_there_is_an_error_and_not_the_defaults(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.toml")


def test_a_devices_own_keys_reach_its_driver_and_are_placed_by_line() -> None:
    text = (
        '[[devices]]\nname = "s"\ncategory = "Scanner"\ndriver = "serial"\n'
        'port = "loop://"\nwait_s = 0.5\nbaudrte = 9600\n'
    )
    settings = parse(text, "shop.toml", Path())
    (table,) = settings.devices
    assert table == {
        "name": "s", "category": "Scanner", "driver": "serial",
        "port": "loop://", "wait_s": 0.5, "baudrte": 9600,
    }  # fmt: skip
    said = settings.say(("devices", 0, "baudrte"), "unknown key")
    assert said == "shop.toml:7: [devices] no. 1 `baudrte`: unknown key"


def test_another_currency_brings_no_hryvnia_notes() -> None:
    euro = parse('[shop]\ncurrency = "EUR"\n', "shop.toml", Path()).denominations
    assert not any(it.colour for it in euro)
    assert euro[0].value == 200


def test_every_key_of_a_toml_text_has_its_line() -> None:
    text = (
        "# start\na.b = 1 # note\n\"c d\" = '''\ntwo\nlines'''\n[t]\nx = [1, [2,\n 3], # ]\n 4]\n"
        'y = { k = "}", n = { m = 1 } }\n[[l]]\nk = """a\\""" \n"""\n[l.sub]\nz = 1979-05-27 07:32:00\n'
        "[[l]]\nk = 2\n[[l.deep]]\nq = -1.5e3\n"
    )
    tomllib.loads(text)
    lines = lines_of(text)
    assert lines[("a", "b")] == 2
    assert lines[("c d",)] == 3
    assert lines[("t", "x", 1, 1)] == 8
    assert lines[("t", "x", 2)] == 9
    assert lines[("t", "y", "n", "m")] == 10
    assert lines[("l", 0, "sub", "z")] == 15
    assert lines[("l", 1, "k")] == 17
    assert lines[("l", 1, "deep", 0, "q")] == 19
