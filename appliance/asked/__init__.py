"""What a request needs of the past or of a store before the core may see it, by subject."""

from __future__ import annotations

from appliance import intake
from appliance.asked import (
    accounts,
    advances,
    cards,
    coupons,
    customers,
    elsewhere,
    goods,
    pay_codes,
    returns,
    shift,
    staff,
    stock,
    stock_counts,
    stock_papers,
    stock_scans,
    tabs,
)
from appliance.asked.customers import forget as forget
from appliance.asked.customers import sweep as sweep
from appliance.asked.staff import keep as keep

for _subject in (
    *(elsewhere, goods, pay_codes, stock_counts, stock_papers, stock_scans),
    *(coupons, returns, shift, staff),
    *(cards, tabs, advances, accounts, customers),
):
    intake.SUBJECTS.update(_subject.ASKED)
for _checks in (goods, stock, coupons, accounts):
    for _kind, _check in _checks.READY.items():
        intake.READY.setdefault(_kind, []).append(_check)
intake.SCANS += (
    pay_codes.scanned,
    *(stock_scans.scanned, coupons.scanned, returns.scanned),
    *(cards.scanned, customers.scanned),
)
intake.TOLD += (
    *(stock.told, returns.told, staff.told, coupons.told),
    *(accounts.told, customers.told),
)
