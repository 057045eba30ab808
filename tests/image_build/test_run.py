"""The counter around an image in QEMU: its shop is one that the till takes."""

from __future__ import annotations

from pathlib import Path

from appliance.config import load
from appliance.provision import document
from image import run


def test_the_demos_provisioning_file_has_settings_that_the_till_takes(tmp_path: Path) -> None:
    it = document.read(run.till_of_the_demo(9107))
    assert isinstance(it, document.Provision)
    file = tmp_path / "shop.toml"
    file.write_text(it.settings)
    settings = load(file)
    assert settings.shop.name == "На розі"
    (printer,) = settings.devices
    assert printer["port"] == "tcp://10.0.2.2:9107"


def test_its_screen_is_on_loopback_alone() -> None:
    options = run.machine().options(run.Wiring("card.img"))
    assert options[options.index("-vnc") + 1].startswith("127.0.0.1:")
