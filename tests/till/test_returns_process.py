"""A real till with a printer: sell, take a part back, exchange, void; each leaves its paper."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from appliance.journal.verify import verify
from appliance.local_socket import ask
from hw_sim.printer import Printer
from hw_sim.printer_wires import TcpWire
from tests.till.builders import shelf

pytestmark = pytest.mark.alone

TILL = Path(sys.executable).with_name("till")
CONFIG = """\
[shop]
language = "en"

[till]
data_dir = "data"

[taxes.VAT20]
rate = 20
letter = "A"

[taxes.EXC5]
rate = 5
letter = "D"
compound = true

[[staff]]
id = "ivan"
name = "Ivan"
role = "manager"

[[devices]]
name = "printer"
category = "POSPrinter"
driver = "escpos"
port = "{port}"
"""


@contextmanager
def running(folder: Path, log: IO[bytes] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """`till run`, from READY=1 until it is killed as a pulled plug would."""
    (folder / "notify").unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(folder / "notify"))
        heard.settimeout(40)
        started = subprocess.Popen(
            [TILL, "--config", folder / "shop.toml", "run", "--no-screen"],
            env={**os.environ, "NOTIFY_SOCKET": str(folder / "notify")},
            stderr=log,
        )
        try:
            assert heard.recv(100) == b"READY=1"
            yield started
        finally:
            started.send_signal(signal.SIGKILL)
            started.wait(20)


class Counter:
    def __init__(self, folder: Path) -> None:
        self.socket = folder / "data" / "till.sock"

    def does(self, command: str, **body: Any) -> list[dict[str, Any]]:
        answer = ask(self.socket, {"command": command, **body})
        assert answer["ok"], answer
        facts: list[dict[str, Any]] = answer["facts"]
        return facts

    def refusal(self, command: str, **body: Any) -> str:
        answer = ask(self.socket, {"command": command, **body})
        assert not answer["ok"], answer
        return str(answer["refusal"])


def take(receipt: int, line: int, quantity: str) -> dict[str, Any]:
    pick = {"line": line, "quantity": quantity, "restock": "shelf"}
    sale = {"till": 1, "epoch": 1, "sale": receipt}
    return {"sale": sale, "picks": [pick], "reason": "Defect"}


def receipt(folder: Path, number: str) -> str:
    """A receipt as `till sale receipt` tells it, from the journal alone."""
    words = ["sale", "receipt", f"1-{int(number):06d}"]
    command = [TILL, "--config", folder / "shop.toml", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_day_of_returns_with_paper_and_a_pulled_plug(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shelf(data).close()
    with Printer(TcpWire(), rows_per_s=100_000) as printer:
        config = CONFIG.format(port=printer.port)
        (tmp_path / "shop.toml").write_text(config, encoding="utf-8")
        counter = Counter(tmp_path)
        with running(tmp_path):
            counter.does("sign_in", staff="ivan")
            counter.does("open_shift", float_minor=100_00)
            counter.does("sell_item", item="milk", quantity="3")
            counter.does("sell_item", item="wine")
            counter.does("discount_basket", discount={"percent": "10"}, reason="Card")
            counter.does("tender_cash")
            counter.does("return_lines", **take(1, 1, "1"))
            counter.does("tender_cash")
            printer.wait_receipts(2)
        with running(tmp_path):
            # Sale 3 is the exchange: one more bottle of milk comes back, bread is taken for it.
            counter.does("return_lines", **take(1, 1, "1"))
            counter.does("sell_item", item="bread")
            counter.does("tender_cash")
            assert counter.refusal("return_lines", **take(1, 1, "2")) == "more_than_sold"
            counter.does("sell_item", item="bread")
            counter.does("tender_cash")
            counter.does("void_completed", reason="Mistake")
            counter.does("tender_cash")
            again = {"reason": "Mistake", "sale": {"till": 1, "epoch": 1, "sale": 4}}
            assert counter.refusal("void_completed", **again) == "already_voided"
            assert len(printer.wait_receipts(5)) == 5
    part, exchange, void = (receipt(tmp_path, number) for number in ("2", "3", "5"))
    for text in (part, exchange):
        assert "Sold on receipt 1-000001" in text
        assert "Customer's signature" in text
    assert "Voided sale" in void
    assert "Sold on receipt 1-000004" in void
    assert verify(data / "journal.db", deep=True).ok
