"""Documents that the receipt tests, the golden files and the benchmark print."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from appliance.core.item import Unit
from appliance.core.payment_answer import Whose
from appliance.core.receipt import (
    DiscountRow,
    Original,
    Receipt,
    ReceiptKind,
    ReceiptLine,
    Report,
    ReportRow,
    ReportSection,
    ShopHeader,
    TaxRow,
    TenderRow,
    WishRow,
)
from appliance.terminal_slips import TITLES, rows_of
from tests.receipt.z_day import z_report

KYIV = timezone(timedelta(hours=2))
AT = datetime(2026, 11, 23, 14, 32, tzinfo=KYIV)
LONDON_AT = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)

SHOP_UK = ShopHeader(
    "На розі",
    ("ФОП Коваль О. М. · ІПН 1234567890", "Київ, вул. Саксаганського 12"),
    ("Дякуємо! Чекаємо завтра з 7:30",),
)
SHOP_EN = ShopHeader(
    "Corner Shop",
    ("Kraal Ltd · VAT GB 123 4567 89", "12 Mill Lane, York"),
    ("Thank you! Open tomorrow from 7:30",),
)


def line(name: str, quantity: str, price: int, amount: int, **more: object) -> ReceiptLine:
    return ReceiptLine(name, Decimal(quantity), price, amount, **more)  # type: ignore[arg-type]


def sale_uk() -> Receipt:
    return Receipt(
        number="1-000118",
        shop=SHOP_UK,
        at=AT,
        currency="UAH",
        language="uk",
        cashier="Олена",
        lines=(
            line("Молоко «Яготинське» 2,6 % 900 мл", "1", 4690, 4690, letter="А"),
            line("Хліб Дарницький різаний 350 г", "2", 2450, 4900, letter="А"),
            line("Яблука Голден, вагові", "0.436", 3990, 1740, letter="А", unit=Unit.KILOGRAM),
            line(
                "Йогурт «Чудо» полуниця 270 г",
                "3",
                3200,
                9600,
                letter="А",
                discounts=(DiscountRow(-3200, "3 за ціною 2"),),
            ),
            line(
                "Кава мелена Lavazza Oro 250 г",
                "1",
                31900,
                31900,
                letter="А",
                discounts=(DiscountRow(-3190, "картка клієнта", Decimal(10)),),
            ),
        ),
        total_minor=46440,
        saved_minor=6390,
        rounding_minor=10,
        taxes=(TaxRow("ПДВ", 38700, 7740, "А", Decimal(20)),),
        tenders=(TenderRow("Gift card", 10000), TenderRow("Cash", 50000)),
        change_minor=13550,
        qr="https://cabinet.tax.gov.ua/cashregs/check?id=118&date=20261123&time=1432&sm=464.40",
    )


def copy_uk() -> Receipt:
    return replace(sale_uk(), copy_no=1)


def sale_en() -> Receipt:
    return Receipt(
        number="1-000007",
        shop=SHOP_EN,
        at=LONDON_AT,
        currency="GBP",
        language="en",
        cashier="Sam",
        lines=(
            line("Semi-skimmed milk 2 pints", "1", 145, 145, letter="Z"),
            line("Sourdough loaf, stone-baked, sliced, 800 g, best before today", "1", 425, 425),
            line("Braeburn apples, loose", "0.436", 240, 105, letter="Z", unit=Unit.KILOGRAM),
            line(
                "Ground coffee 227 g",
                "12",
                640,
                7680,
                letter="A",
                discounts=(DiscountRow(-1000, "Case of 12"),),
            ),
        ),
        discounts=(DiscountRow(-736, percent=Decimal(10)),),
        total_minor=6619,
        saved_minor=1736,
        taxes=(
            TaxRow("VAT", 5010, 1002, "A", Decimal(20)),
            TaxRow("VAT", 607, 0, "Z", Decimal(0)),
        ),
        tenders=(TenderRow("Cash", 7000),),
        change_minor=381,
    )


def refund_en() -> Receipt:
    return Receipt(
        number="1-000008",
        shop=SHOP_EN,
        at=LONDON_AT,
        currency="GBP",
        language="en",
        kind=ReceiptKind.RETURN,
        lines=(line("Ground coffee 227 g", "-1", 640, -640, letter="A"),),
        total_minor=-640,
        taxes=(TaxRow("VAT", -533, -107, "A", Decimal(20)),),
        tenders=(TenderRow("Refunded", -640),),
        cashier="Sam",
    )


def return_uk() -> Receipt:
    """One of two loaves that had a discount, and goods of another receipt."""
    return Receipt(
        number="1-000119",
        shop=SHOP_UK,
        at=AT,
        currency="UAH",
        language="uk",
        kind=ReceiptKind.RETURN,
        lines=(
            ReceiptLine(
                "Хліб Дарницький різаний 350 г",
                Decimal(-1),
                2450,
                -2450,
                letter="А",
                discounts=(DiscountRow(245),),
            ),
            line("Молоко 2,6 % 900 мл", "-2", 4690, -9380, letter="А"),
        ),
        total_minor=-11585,
        taxes=(TaxRow("ПДВ", -9654, -1931, "А", Decimal(20)),),
        rounding_minor=-15,
        tenders=(TenderRow("Cash", -11600),),
        cashier="Олена",
        qr="RC00013P0000",
        originals=(
            Original("1-000118", "2026-11-20T17:05"),
            Original("1-000097", "2026-11-18T09:12"),
        ),
        sign=True,
    )


def void_en() -> Receipt:
    return replace(
        refund_en(),
        kind=ReceiptKind.VOID,
        originals=(Original("1-000007", "2026-11-23T08:58"),),
        sign=True,
        copy_no=1,
    )


def z_report_uk() -> Report:
    return z_report("uk", SHOP_UK)


def z_report_en() -> Report:
    return z_report("en", SHOP_EN)


def pay_out_en() -> Report:
    return Report(
        kind=ReceiptKind.PAY_OUT,
        shop=SHOP_EN,
        at=LONDON_AT,
        currency="GBP",
        language="en",
        cashier="Sam",
        sign=True,
        sections=(
            ReportSection(
                (
                    ReportRow("Amount", 2000, strong=True),
                    ReportRow("Reason", text="Window cleaner"),
                )
            ),
        ),
    )


TERMINAL_SAYS = """\
   ** KUNDENBELEG **
Terminal-ID         65123456
TA-Nr.                000101
Beleg-Nr.               0042

Kartenzahlung
kontaktlos
Visa
Nr.      ************0119
Betrag         EUR 46,90

Zahlung erfolgt
Bitte Beleg aufbewahren"""


def terminal_slip_uk() -> Report:
    return Report(
        kind=ReceiptKind.SLIP,
        shop=SHOP_UK,
        at=LONDON_AT,
        currency="UAH",
        language="uk",
        title=TITLES[Whose.CUSTOMER, True],
        sections=(ReportSection(rows_of(TERMINAL_SAYS)),),
    )


def cafe_uk() -> Receipt:
    """A counter with wishes: their prices are in the line's, a wish may cost nothing."""
    oat = WishRow("вівсяне молоко", 1500)
    wishes = (oat, WishRow("без цукру"), WishRow("подвійна порція еспресо", 2000))
    return replace(
        sale_uk(),
        lines=(
            line("Капучино 250 мл", "2", 8900, 17800, letter="А", wishes=wishes),
            line(
                "Лате 350 мл",
                "1",
                7500,
                7500,
                letter="А",
                wishes=(oat,),
                discounts=(DiscountRow(-750, percent=Decimal(10)),),
            ),
            line("Круасан з маслом", "1", 4800, 4800, letter="А"),
        ),
        total_minor=29350,
        saved_minor=750,
        rounding_minor=0,
        taxes=(TaxRow("ПДВ", 24458, 4892, "А", Decimal(20)),),
        tenders=(TenderRow("Card", 29350),),
        change_minor=0,
    )


def offers_uk() -> Receipt:
    """What offers took off: of a line below it, of the whole basket after the subtotal."""
    return replace(
        sale_uk(),
        lines=(
            line(
                "Йогурт «Чудо» полуниця 270 г",
                "3",
                3200,
                9600,
                letter="А",
                discounts=(DiscountRow(-3200, "3 за ціною 2"),),
            ),
            line(
                "Сир «Комо» 45 % 180 г",
                "1",
                12900,
                12900,
                letter="А",
                discounts=(DiscountRow(-1290, "Купон «Осінь»"),),
            ),
            line("Кава мелена Lavazza Oro 250 г", "2", 31900, 63800, letter="А"),
        ),
        discounts=(
            DiscountRow(-4091, "Кошик від 700 — мінус 5 %"),
            DiscountRow(-719),
        ),
        total_minor=77000,
        saved_minor=9300,
        rounding_minor=0,
        taxes=(TaxRow("ПДВ", 64167, 12833, "А", Decimal(20)),),
        tenders=(TenderRow("Card", 77000),),
        change_minor=0,
    )


SAMPLES = {
    "cafe-uk": cafe_uk,
    "offers-uk": offers_uk,
    "sale-uk": sale_uk,
    "copy-uk": copy_uk,
    "sale-en": sale_en,
    "refund-en": refund_en,
    "return-uk": return_uk,
    "void-en": void_en,
    "z-report-uk": z_report_uk,
    "z-report-en": z_report_en,
    "pay-out-en": pay_out_en,
    "terminal-slip-uk": terminal_slip_uk,
}


def thirty_lines() -> Receipt:
    """A long receipt for the benchmark; every name is its own, so that caches do not flatter."""
    lines = tuple(
        line(f"Товар номер {n}, ґатунок їжі {n * 7}", "2", 1000 + n, 2000 + 2 * n, letter="А")
        for n in range(30)
    )
    total = sum(one.amount_minor for one in lines)
    tax = TaxRow("ПДВ", total - total // 6, total // 6, "А", Decimal(20))
    return replace(
        sale_uk(),
        lines=lines,
        total_minor=total,
        taxes=(tax,),
        saved_minor=0,
        tenders=(TenderRow("Cash", total),),
        change_minor=0,
        rounding_minor=0,
    )
