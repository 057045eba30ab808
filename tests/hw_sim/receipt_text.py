"""A sale's receipt as text for the terminal, laid out by the product from the journal's facts."""

from __future__ import annotations

from pathlib import Path

from appliance import config, shop
from appliance.documents import Papers
from appliance.journal import reports, schema
from appliance.journal.replay import facts_of_sale
from appliance.receipt.text import to_text

COLUMNS = 48


def receipt_text(settings_file: Path, journal: Path, sale: int) -> str:
    settings = config.load(settings_file)
    with reports.reading(journal) as con:
        till = schema.till_of(con)
        epoch = con.execute("SELECT max(epoch) FROM epoch").fetchone()[0]
        records = facts_of_sale(con, till, epoch, sale)
    papers = Papers(
        shop.header(settings),
        shop.policy(settings),
        shop.names(settings, epoch),
        settings.shop.language,
    )
    return to_text(shop.lay_out(settings)(papers.receipt(records)), COLUMNS)
