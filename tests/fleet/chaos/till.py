"""`python -m fleet.chaos.till SHOP.TOML`: the whole till without a screen, and a cashier who never stops."""

from __future__ import annotations

import random
import signal
import sys
import threading
from pathlib import Path

from appliance import daemon, logs
from appliance.config import load
from appliance.core import commands as c
from appliance.core.item import ItemId

GOODS = {"milk": 42_50, "bread": 31_00, "cheese": 389_90, "coffee": 215_00}
BETWEEN_SALES_S = (0.1, 0.6)
ASK_S = 30.0
CLOSED = ".closed"
"""A file of this ending beside the settings: no more customers; the till stays on and delivers."""


def main() -> None:
    settings = Path(sys.argv[1])
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    logs.configure("WARNING")
    chance = random.Random()
    with daemon.running(load(settings)) as it:
        till = it.till
        till.ask(c.SignIn("1"), timeout_s=ASK_S)
        till.ask(c.OpenShift(100_00), timeout_s=ASK_S)
        print("ready", flush=True)
        while not stopping.wait(chance.uniform(*BETWEEN_SALES_S)):
            if settings.with_suffix(CLOSED).exists():
                continue
            for sku in chance.choices(tuple(GOODS), k=chance.randint(1, 3)):
                till.ask(c.SellItem(ItemId(sku)), timeout_s=ASK_S)
            till.ask(c.TenderCash(), timeout_s=ASK_S)


if __name__ == "__main__":
    main()
