"""A payment code on both screens: large enough to be scanned, and gone when it is over."""

from __future__ import annotations

from pathlib import Path

import pytest
import zxingcpp

from appliance.core import commands as c
from appliance.core.facts import TenderOutcome, TenderType
from appliance.core.state import PrintJob
from appliance.core.view import Look
from appliance.qr import nbu
from appliance.till import Till
from appliance.ui.port import UiSettings
from tests.ui.rig import MILK, Rig, demo_till, picture_of
from tests.ui.scenes.paying import shown
from tests.ui.scenes.scene import OPEN

ASKED = (*OPEN, c.SellItem(MILK), c.AskTender(TenderType.QR))
SHOP_FIELDS = [
    *("BCD", "003", "1", "UCT", "", "ФОП Гончаренко-Мельниченко Олександра Володимирівна"),
    *("UA213223130000026007233566001", "UAH46.90", "3141592653", "", "99-12-123456-1"),
    *("Оплата за товари, чек 99-12-123456-1", "", "FEFF", "261123144200", "261123143200", ""),
]
LONG = nbu.build(SHOP_FIELDS)


def waiting(till: Till, code: str) -> Look:
    for request in ASKED:
        till.ask(request)
    shown(till, code)
    till.ask(c.SkipReceipt(), spoken=False)
    return till.look


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(800, 480), (1024, 600), (480, 800), (1920, 1080)])
def test_a_phone_reads_the_code_from_either_screen(
    kivy: None, tmp_path: Path, size: tuple[int, int], theme: str
) -> None:
    from appliance.ui.customer_board import CustomerBoard

    width, height = size
    settings = UiSettings(width=width, height=height, language="uk", theme=theme)
    with demo_till(tmp_path) as parts:
        look = waiting(parts[0], LONG)
        board = CustomerBoard(settings)
        board.resized(width, height)
        board.hear(look, 0.0)
        rig = Rig(*parts, width=width, height=height, language="uk", theme=theme)
        rig.settle()
        assert rig.desk.name == "pay_code"
        for picture in (picture_of(board, width, height), rig.picture()):
            (found,) = zxingcpp.read_barcodes(picture)
            assert found.text == LONG
        rig.close()
    assert board.said == (
        "Скануйте й платіть у застосунку банку",
        "46,90\u00a0₴",
        "Діє до 14:42",
        "Номер платежу 1-1-1-1",
    )


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ("Paid", TenderOutcome.APPROVED),
        ("Not paid", TenderOutcome.DECLINED),
        ("Not sure", TenderOutcome.UNKNOWN),
    ],
)
def test_the_cashier_says_what_became_of_it_and_the_code_goes(
    kivy: None, tmp_path: Path, key: str, outcome: TenderOutcome
) -> None:
    with demo_till(tmp_path) as parts:
        waiting(parts[0], LONG)
        rig = Rig(*parts, language="en")
        rig.settle()
        rig.tap(key)
        rig.until(lambda: rig.desk.name != "pay_code")
        assert rig.desk.look.pay.code is None
        expected = {
            TenderOutcome.APPROVED: "done",
            TenderOutcome.DECLINED: "cash",
            TenderOutcome.UNKNOWN: "terminal",
        }
        assert rig.desk.name == expected[outcome]
        rig.close()


def test_the_code_is_printed_when_asked_for_and_read_from_paper(kivy: None, tmp_path: Path) -> None:
    with demo_till(tmp_path) as parts:
        till, _, _ = parts
        waiting(till, LONG)
        rig = Rig(*parts, language="en")
        rig.settle()
        rig.tap("Print the code")
        rig.until(lambda: bool(till.journal.state.effects))
        job = till.journal.state.effects[-1]
        assert isinstance(job, PrintJob)
        assert job.slip == f"pay_code:4690:14.42:1-1-1-1:{LONG}"
        assert till.ask(c.PrintPayCode()).reason == "busy"
        till.ask(c.ConfirmTender(1, TenderOutcome.APPROVED))
        assert till.ask(c.PrintPayCode()).reason == "no_pay_code"
        rig.close()
