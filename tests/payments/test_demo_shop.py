"""The demo shop takes payment by code: what `make run` shows."""

from __future__ import annotations

from pathlib import Path

from appliance.config import load
from appliance.daemon import cash_desk
from appliance.payments.qr.port import QrPort
from appliance.shop import policy

ROOT = Path(__file__).parents[2]


def test_the_demo_shop_s_code_is_confirmed_by_a_person() -> None:
    settings = load(ROOT / "config" / "shop.demo.toml")
    ports = {port.name: port for port in cash_desk(settings, 1)._ports.values()}
    assert isinstance(ports["QR"], QrPort)
    assert all(rule.by_hand for rule in policy(settings).ports)
