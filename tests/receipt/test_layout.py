"""Receipts as rows: nothing is cut at the margin, nothing that was paid is missing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from receipt_samples import SAMPLES, SHOP_UK, line, sale_en, sale_uk

from appliance import i18n
from appliance.core.receipt import DiscountRow, Receipt, TenderRow
from appliance.receipt import wrap
from appliance.receipt.compose import compose
from appliance.receipt.image import to_image
from appliance.receipt.layout import Barcode, QrCode, Rule, Text
from appliance.receipt.metrics import MM_58, MM_80
from appliance.receipt.template import DEFAULT, Code, Part, Template, TemplateError, load
from appliance.receipt.text import cells, to_text

REPOSITORY = Path(__file__).parents[2]

names = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "M", "Zl", "Zp")), min_size=1, max_size=90
).filter(lambda name: name.strip())
amounts = st.integers(-9_999_999_99, 9_999_999_99)
lines = st.builds(
    lambda name, quantity, price, amount, off: line(
        name,
        str(quantity),
        price,
        amount,
        letter="А",
        discounts=(DiscountRow(-off, "знижка"),) if off else (),
    ),
    names,
    st.decimals(Decimal("0.001"), 99_999, places=3),
    st.integers(0, 9_999_999),
    amounts,
    st.integers(0, 9_999),
)
receipts = st.builds(
    lambda found, total, language: replace(
        sale_uk(), lines=tuple(found), total_minor=total, language=language
    ),
    st.lists(lines, max_size=12),
    amounts,
    st.sampled_from(["uk", "en"]),
)


@given(receipts, st.sampled_from([32, 42, 48]))
@settings(max_examples=60, deadline=None)
def test_no_row_of_text_is_wider_than_the_paper(receipt: Receipt, columns: int) -> None:
    for row in to_text(compose(receipt), columns).splitlines():
        assert cells(row) <= columns, row


@given(receipts, st.sampled_from([32, 48]))
@settings(max_examples=60, deadline=None)
def test_every_amount_stands_whole_on_one_row(receipt: Receipt, columns: int) -> None:
    rows = to_text(compose(receipt), columns).splitlines()
    paid = [row.amount_minor for row in receipt.lines]
    paid += [row.amount_minor for one in receipt.lines for row in one.discounts]
    paid += [row.amount_minor for row in receipt.tenders]
    texts = [i18n.amount(minor, receipt.currency, receipt.language) for minor in paid]
    texts.append(i18n.money(receipt.total_minor, receipt.currency, receipt.language))
    for text in texts:
        assert any(text in row for row in rows), text


@given(st.text("аб в-", max_size=60), st.integers(1, 20))
def test_wrapping_loses_no_letter(text: str, width: int) -> None:
    rows = wrap.lines(text, width, len)
    assert all(len(row) <= width for row in rows)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")


def test_a_long_name_brings_words_down_beside_its_amount() -> None:
    name = "Кава мелена Lavazza Oro 250 г"
    found = wrap.columns(name, "319,00", 30, 1, len)
    assert found == [("Кава мелена Lavazza", ""), ("Oro 250 г", "319,00")]


def test_a_number_and_its_unit_stay_together() -> None:
    text = to_text(compose(sale_uk()), 32).replace(i18n.NO_BREAK_SPACE, " ")
    assert any("900 мл" in row for row in text.splitlines())


def test_the_ink_stays_inside_the_margins() -> None:
    long = replace(sale_uk(), lines=(line("Щ" * 200, "1", 1, 99_999_999_99, letter="А"),))
    for metrics in (MM_58, MM_80):
        for document in (long, sale_uk(), sale_en()):
            picture = to_image(compose(document), metrics)
            assert picture.width == metrics.width
            edge = picture.crop((metrics.width - metrics.margin // 2, 0, *picture.size))
            assert edge.getextrema() == (255, 255)


def test_a_copy_says_that_it_is_one_and_an_original_does_not() -> None:
    assert "Копія 2" in to_text(compose(replace(sale_uk(), copy_no=2)))
    assert "Копія" not in to_text(compose(sale_uk()))


def test_a_training_receipt_says_so() -> None:
    assert "Навчання: не є чеком" in to_text(compose(replace(sale_uk(), training=True)))


def test_without_a_qr_text_the_number_is_a_barcode() -> None:
    blocks = compose(replace(sale_uk(), qr="")).blocks
    assert [block.data for block in blocks if isinstance(block, Barcode)] == ["1-000118"]
    assert not any(isinstance(block, QrCode) for block in blocks)


def test_rules_never_meet_and_never_end_a_receipt() -> None:
    bare = replace(sale_uk(), lines=(), tenders=(), taxes=(), rounding_minor=0, change_minor=0)
    for document in (bare, *(make() for make in SAMPLES.values())):
        blocks = compose(document).blocks
        assert not isinstance(blocks[0], Rule)
        pairs = pairwise(blocks)
        assert not any(isinstance(a, Rule) and isinstance(b, Rule) for a, b in pairs)


def test_labels_that_nobody_translated_come_out_as_they_are() -> None:
    document = replace(sale_uk(), tenders=(TenderRow("Ощадбанк термінал 2", 1),))
    assert "Ощадбанк термінал 2" in to_text(compose(document))


def test_the_default_template_file_is_the_default() -> None:
    assert load(REPOSITORY / "config/receipts/default.toml") == DEFAULT


def test_a_template_orders_and_leaves_out_blocks(tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    path.write_text('order = ["total", "shop"]\n[show]\ncode = "none"\n', encoding="utf-8")
    template = load(path)
    assert template.order == (Part.TOTAL, Part.SHOP)
    assert template.code is Code.NONE
    rows = to_text(compose(sale_uk(), template)).splitlines()
    assert rows[0].startswith("СУМА")
    assert rows[1].strip() == SHOP_UK.name


def test_wrong_template_keys_say_what_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(
        'order = ["totl"]\n[show]\ntax_leters = true\ncode = "qrr"\n[style]\nshop = "hug bold"\n',
        encoding="utf-8",
    )
    with pytest.raises(TemplateError) as caught:
        load(path)
    said = str(caught.value)
    for meant in ("`total`", "`tax_letters`", "`qr`", "`huge`"):
        assert f"did you mean {meant}?" in said


def test_code_words_can_be_left_out() -> None:
    blocks = compose(sale_uk(), Template(code_words=False)).blocks
    assert not any(isinstance(one, Text) and "відскануйте" in one.text for one in blocks)
