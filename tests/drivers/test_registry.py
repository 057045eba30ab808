"""Drivers are found by category and name, other people's too, and mistakes are told whole."""

import importlib
import inspect
from importlib.metadata import EntryPoint

import pytest

from appliance.drivers.options import ConfigError, Options
from appliance.drivers.registry import BUILT_IN, GROUP, create, registered
from appliance.drivers.scanner_serial import SerialScanner

SCANNER = {"name": "scanner", "category": "Scanner", "driver": "serial", "port": "loop://"}


def mistakes(table, **drivers):
    with pytest.raises(ConfigError) as error:
        create(table, drivers=drivers or None)
    return dict(error.value.problems)


def test_another_packages_driver_is_found_and_wins_over_a_built_in_one():
    theirs = EntryPoint("Scanner.serial", "somebody.scanner:create", GROUP)
    new = EntryPoint("Scanner.nose", "somebody.nose:create", GROUP)
    drivers = registered([theirs, new])
    assert drivers["Scanner.serial"].value == "somebody.scanner:create"
    assert drivers["Scanner.nose"] is new
    assert drivers["Scale.cas"].value == BUILT_IN["Scale.cas"]


@pytest.mark.parametrize("key", BUILT_IN)
def test_every_built_in_driver_is_where_the_registry_says(key):
    module, _, attribute = registered([])[key].value.partition(":")
    factory = getattr(importlib.import_module(module), attribute)
    assert next(iter(inspect.signature(factory).parameters)) == "options"


def test_a_driver_is_made_from_its_table():
    assert isinstance(create(SCANNER), SerialScanner)


def test_missing_keys_are_told_together():
    assert mistakes({}).keys() == {"name", "category"}


def test_a_mistyped_category_or_driver_says_what_was_meant():
    assert "did you mean `Scanner`?" in mistakes(SCANNER | {"category": "Scaner"})["category"]
    assert "did you mean `serial`?" in mistakes(SCANNER | {"driver": "serail"})["driver"]


def test_a_driver_whose_library_is_missing_is_told_as_such():
    absent = EntryPoint("Scanner.serial", "no_such_library.scanner:create", GROUP)
    said = mistakes(SCANNER, **{"Scanner.serial": absent})
    assert "no_such_library" in said["driver"]


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda o: o.text("key"), 5),
        (lambda o: o.text("key"), ""),
        (lambda o: o.integer("key", 1, 0, 9), 10),
        (lambda o: o.integer("key", 1, 0, 9), True),
        (lambda o: o.integer("key", 1, 0, 9), "1"),
        (lambda o: o.seconds("key", 1.0, 0.5, 9), 0.1),
        (lambda o: o.seconds("key", 1.0, 0.5, 9), "1 s"),
        (lambda o: o.flag("key", default=True), "yes"),
        (lambda o: o.choice("key", "a", ("a", "b")), "c"),
    ],
)
def test_a_wrong_value_is_told_with_its_key(read, value):
    options = Options("thing", {"key": value})
    read(options)
    with pytest.raises(ConfigError, match="`key`"):
        options.finish()


def test_right_values_are_read_and_missing_ones_have_defaults():
    options = Options("thing", {"a": "x", "b": 3, "c": 1, "d": False, "e": "b"})
    assert options.text("a") == "x"
    assert options.integer("b", 1, 0, 9) == 3
    assert options.seconds("c", 2.0, 0, 9) == 1.0
    assert options.flag("d", default=True) is False
    assert options.choice("e", "a", ("a", "b")) == "b"
    assert options.optional_integer("f", 0, 9) is None
    assert options.text("g", "default") == "default"
    options.finish()
