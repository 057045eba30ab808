"""`till doctor` as the running till starts it for its fleet: a process of its own, from any folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance import links
from appliance.config import load


def test_fleet_is_told_what_the_doctor_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shop = tmp_path / "shop.toml"
    shop.write_text(f'[shop]\nname = "Kiosk"\n[till]\ndata_dir = "{tmp_path}/data"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    found = {it["subject"]: it["state"] for it in links._findings(load(shop))}
    assert found["till"] == "missing"
    assert found["disk"] == "ready"
