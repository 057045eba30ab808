"""The same layout as HTML and PDF: everything in it, nothing loaded from elsewhere."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

from PIL import Image
from receipt_samples import SAMPLES, sale_uk

from appliance import i18n
from appliance.receipt.compose import compose
from appliance.receipt.html import to_html
from appliance.receipt.image import to_image
from appliance.receipt.layout import Columns, Text
from appliance.receipt.metrics import MM_58, MM_80
from appliance.receipt.pdf import to_pdf


def test_the_page_holds_every_word_of_the_layout_and_loads_nothing() -> None:
    for make in SAMPLES.values():
        layout = compose(make())
        page = to_html(layout)
        said = html.unescape(re.sub(r"<[^>]+>", "\n", page))
        for block in layout.blocks:
            if isinstance(block, Text):
                assert block.text in said
            if isinstance(block, Columns):
                assert block.left in said
                assert block.right in said
        assert "<script" not in page
        assert "src=" not in page
        assert "@import" not in page


def test_names_cannot_put_markup_into_the_page() -> None:
    shop = replace(sale_uk().shop, name='<img src=x onerror="alert(1)">')
    assert "<img" not in to_html(compose(replace(sale_uk(), shop=shop)))


def test_a_pdf_is_one_page_as_wide_as_its_paper() -> None:
    for metrics in (MM_58, MM_80):
        data = to_pdf(compose(sale_uk()), metrics)
        assert data.startswith(b"%PDF-")
        assert data.count(b"/Type /Page\n") + data.count(b"/Type /Page ") == 1
        box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", data)
        assert box is not None
        width_mm = float(box[1]) / 72 * 25.4
        assert abs(width_mm - (metrics.width / 203 * 25.4 + 8)) < 0.1


def test_the_same_receipt_is_the_same_pdf() -> None:
    assert to_pdf(compose(sale_uk())) == to_pdf(compose(sale_uk()))


def test_a_logo_stands_on_top_and_a_missing_one_leaves_no_trace(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (300, 300), "black").save(logo)
    plain = to_image(compose(sale_uk()))
    shop = replace(sale_uk().shop, logo=str(logo))
    with_logo = to_image(compose(replace(sale_uk(), shop=shop)))
    assert with_logo.height > plain.height
    assert with_logo.getpixel((with_logo.width // 2, 20)) == 0
    assert b"/Image" in to_pdf(compose(replace(sale_uk(), shop=shop)))
    assert "data:image/png;base64," in to_html(compose(replace(sale_uk(), shop=shop)))
    logo.write_bytes(b"no picture")
    broken = to_image(
        compose(replace(sale_uk(), shop=replace(shop, logo=str(tmp_path / "no.png"))))
    )
    assert broken.height == plain.height + MM_80.half_feed


def test_numbers_are_written_as_people_write_them() -> None:
    assert i18n.amount(123450, "UAH", "uk") == "1\u00a0234,50"
    assert i18n.money(-123450, "EUR", "en") == "\u2212€1,234.50"
    assert i18n.money(5, "UAH", "uk") == "0,05\u00a0₴"
    assert i18n.amount(500, "JPY", "en") == "500"


def test_a_number_being_typed_has_its_sign_where_the_amount_will_have_it() -> None:
    for language, currency in (("uk", "UAH"), ("en", "UAH"), ("en", "EUR"), ("en", "CHF")):
        typed = i18n.amount(-123450, currency, language)
        assert i18n.with_sign(typed, currency, language) == i18n.money(-123450, currency, language)


def test_numbers_agree_with_the_common_locale_data() -> None:
    from babel.numbers import format_currency, format_decimal

    from appliance.core.money import from_minor

    for minor in (0, 1, -1, 99, 100, 123456, -987654321, 10**12):
        for language, currency in (("uk", "UAH"), ("en", "EUR"), ("en", "JPY")):
            value = from_minor(minor, currency)
            meant = format_currency(value, currency, locale=language).replace("-", "\u2212")
            if (language, currency) != ("uk", "UAH"):
                assert i18n.money(minor, currency, language) == meant.replace("¥", "JPY\u00a0")
            places = "#,##0.00" if currency != "JPY" else "#,##0"
            plain = format_decimal(value, format=places, locale=language)
            assert i18n.amount(minor, currency, language) == plain.replace("-", "\u2212")


def test_ukrainian_has_three_plurals() -> None:
    say = i18n.plural_translator("uk")
    found = [say("{n} item", "{n} items", n).format(n=n) for n in (1, 2, 5, 11, 21, 104)]
    assert found == ["1 товар", "2 товари", "5 товарів", "11 товарів", "21 товар", "104 товари"]
