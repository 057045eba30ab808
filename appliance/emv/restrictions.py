"""Processing restrictions: version, usage control and dates (EMV Book 3, 10.4)."""

from __future__ import annotations

from appliance.emv import dates
from appliance.emv.tags import Tags, needed, optional
from appliance.emv.tvr import Tvr

CASH, GOODS, CASHBACK = 0x01, 0x00, 0x09
"""Transaction types (9C)."""

ATM_TYPES = (0x14, 0x15, 0x16)

# Application usage control (9F07), annex C2: domestic, international.
CASH_ALLOWED = (0x80, 0x40)
GOODS_OR_SERVICES_ALLOWED = (0x20 | 0x08, 0x10 | 0x04)
CASHBACK_ALLOWED = (0x80, 0x40)
AT_ATMS, ELSEWHERE = 0x02, 0x01


def check(config: Tags, params: Tags, icc: Tags) -> Tvr:
    version = needed(config, "9F09", 2)
    terminal_type = needed(config, "9F35", 1)[0]
    capabilities = needed(config, "9F40", 5)
    country = needed(config, "9F1A", 2)
    transaction_type = needed(params, "9C", 1)[0]
    today = _date(needed(params, "9A", 3))
    expires = _date(needed(icc, "5F24", 3))

    found = Tvr.NOTHING
    if optional(icc, "9F08", 2) not in (None, version):
        found |= Tvr.VERSIONS_DIFFER
    usage = optional(icc, "9F07", 2)
    if usage is not None:
        is_atm = terminal_type in ATM_TYPES and bool(capabilities[0] & 0x80)
        place_fits = bool(usage[0] & (AT_ATMS if is_atm else ELSEWHERE))
        issuer_country = optional(icc, "5F28", 2)
        abroad = issuer_country != country
        fits = issuer_country is None or _service_allowed(usage, transaction_type, abroad=abroad)
        if not (place_fits and fits):
            found |= Tvr.SERVICE_NOT_ALLOWED
    effective = optional(icc, "5F25", 3)
    if effective is not None and today < _date(effective):
        found |= Tvr.NOT_YET_EFFECTIVE
    if today > expires:
        found |= Tvr.EXPIRED
    return found


def _service_allowed(usage: bytes, transaction_type: int, *, abroad: bool) -> bool:
    if transaction_type == CASH:
        return bool(usage[0] & CASH_ALLOWED[abroad])
    if transaction_type not in (GOODS, CASHBACK):
        return True
    goods = bool(usage[0] & GOODS_OR_SERVICES_ALLOWED[abroad])
    cashback = bool(usage[1] & CASHBACK_ALLOWED[abroad])
    return goods and (cashback or transaction_type != CASHBACK)


def _date(value: bytes) -> int:
    return dates.comparable(value.hex().upper())
