"""What a request needs of the past or of a store before the core may see it, by subject."""

from __future__ import annotations

from appliance import intake
from appliance.asked import accounts, coupons, customers, goods, returns, shift, stock
from appliance.asked.customers import forget as forget
from appliance.asked.customers import sweep as sweep

for _subject in (goods, stock, coupons):
    intake.SUBJECTS.update(_subject.ASKED)
    for _kind, _check in _subject.READY.items():
        intake.READY.setdefault(_kind, []).append(_check)
intake.SCANS.append(stock.scanned)
intake.SCANS.append(coupons.scanned)
intake.TOLD.append(stock.told)
intake.SUBJECTS.update(returns.ASKED)
intake.SUBJECTS.update(shift.ASKED)
intake.SCANS.append(returns.scanned)
intake.TOLD.append(returns.told)
for _other in (accounts, customers):
    intake.SUBJECTS.update(_other.ASKED)
    intake.SCANS.append(_other.scanned)
    intake.TOLD.append(_other.told)
