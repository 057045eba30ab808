"""What a starting till loads before it sells, and what only after."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from appliance import i18n, plugins
from appliance.documents import SLIPS

LOADED = """
import sys
before = set(sys.modules)
import appliance.cli.run, appliance.daemon, appliance.config.kept
for name in sorted(set(sys.modules) - before):
    print(name, getattr(sys.modules[name], "__file__", None) or "")
"""
LATER = {
    "appliance.books", "appliance.catalogue.search", "appliance.drivers.discovery",
    "appliance.receipt.layout", "appliance.telemetry.agent",
    "importlib.metadata", "pydantic", "tomllib", "typer",
}  # fmt: skip


def test_a_start_needs_no_package_but_python_and_the_tills_own() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    loaded = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    packages = sysconfig.get_path("purelib")
    others = [name for name, file in loaded.items() if file.startswith(packages)]
    assert others == [], "the image's build, which loads a start, has no other packages"
    assert LATER.isdisjoint(loaded)


def test_a_slip_brings_its_module_when_the_first_is_printed() -> None:
    assert callable(SLIPS["fleet_code"])
    assert "appliance.fleet_code_slips" in sys.modules


def test_words_compiled_by_the_build_are_those_of_the_po_files(tmp_path: Path) -> None:
    locales = tmp_path / "locale"
    shutil.copytree(Path(i18n.__file__).parent / "locale", locales)
    i18n.compile_all(tmp_path)
    compiled = (locales / "uk" / "LC_MESSAGES" / i18n.COMPILED).read_bytes()
    for po in locales.rglob("*.po"):
        po.unlink()
    assert (
        i18n.translator("uk", locales)("Takings") == i18n.translator("uk")("Takings") != "Takings"
    )
    one, many = (
        i18n.plural_translator("uk", it)("{n} item", "{n} items", 5)
        for it in (locales, i18n._LOCALES)
    )
    assert one == many
    shutil.copytree(Path(i18n.__file__).parent / "locale", locales, dirs_exist_ok=True)
    i18n.compile_all(tmp_path)
    assert (locales / "uk" / "LC_MESSAGES" / i18n.COMPILED).read_bytes() == compiled


def test_what_another_package_offers_is_found_and_the_tills_own_is_not_told_twice(
    tmp_path: Path, monkeypatch
) -> None:
    named = "[kram.drivers]\nScanner.nose = somebody.nose:create\n"
    for package in ("somebody", plugins.OWN_PACKAGE):
        info = tmp_path / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(named)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert [it.value for it in plugins.offered("kram.drivers")] == ["somebody.nose:create"]
    assert list(plugins.offered("kram.payments")) == []
