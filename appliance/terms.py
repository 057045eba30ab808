"""What holds today: the tax rates, the coin and the offers of a day, laid over the shop's policy.

A till turns to new terms between baskets only, so that a basket that is open over midnight, or
while the offers change, ends as it began. Offers start and end by themselves, by the time at which
their basket was begun.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from appliance.config import ConfigError, Settings
from appliance.config.country import Country
from appliance.config.offer_files import FILE, load
from appliance.core.cash_rounding import rounding_on
from appliance.core.offers import Offers, limited
from appliance.core.policy import Policy, TaxRule
from appliance.core.taxes import RateMissing, TaxTable, rate_on, waived_for_exempt

log = logging.getLogger(__name__)

GOOD = "offers.good.toml"
"""The last offers file without a mistake: what holds while the shop's own has one."""


@dataclass(frozen=True, slots=True)
class Held:
    """What was laid over a policy last. of: that policy."""

    of: Policy
    day: date
    offers: Offers
    policy: Policy


class Terms:
    """Used on the Till's thread; `fault` may be read from any."""

    def __init__(
        self,
        settings: Settings,
        coupon_keys: Mapping[int, bytes] | None = None,
        basket: str | None = None,
        *,
        keep: bool = True,
    ) -> None:
        """basket: the version of the offers with which a basket was begun that is still open.
        keep: False for who only reads; the copy of the last good file is the Till's."""
        self.coupon_keys = coupon_keys or {}
        self._folder = Path(settings.till.data_dir)
        self._keeps = keep
        self._currency = settings.shop.currency
        self._language = settings.shop.language.value
        self._country = settings.country
        self._own = frozenset(settings.taxes)
        self._rounding_is_set = ("prices", "tax_rounding") in settings.given
        self._coin_is_set = ("cash", "rounding_step") in settings.given
        self._stamp: tuple[int, int, int] | None = None
        self._held: Held | None = None
        self.offers = Offers()
        self.fault = ""
        if not basket or not self._goes_on(basket):
            self.refresh()

    @property
    def file(self) -> Path:
        return self._folder / FILE

    def refresh(self) -> bool:
        """Reads the offers again when their file changed; whether they, or the fault, did."""
        stamp = _stamp(self.file)
        if stamp == self._stamp and stamp is not None:
            return False
        first, self._stamp = self._stamp is None, stamp or (0, 0, 0)
        if stamp is None and not first and not self.offers.version and not self.fault:
            return False
        before = (self.offers.version, self.fault)
        try:
            self.offers, self.fault = load(self.file, self._currency), ""
        except ConfigError as error:
            self.fault = error.mistakes[0]
            log.error("the offers have mistakes, the last good ones hold: %s", error)  # noqa: TRY400
            if first:
                self._last_good()
        else:
            if self._keeps:
                self._keep()
        return (self.offers.version, self.fault) != before

    def _goes_on(self, version: str) -> bool:
        """Whether the open basket's offers are still there; a newer file waits for the next one."""
        self._last_good()
        return self.offers.version == version

    def _last_good(self) -> None:
        try:
            self.offers = load(self._folder / GOOD, self._currency)
        except ConfigError:
            log.exception("there are no offers at all")

    def _keep(self) -> None:
        """A copy for the day when the file has a mistake and the till starts anew."""
        good = self._folder / GOOD
        part = good.with_suffix(".part")
        try:
            if not self.offers.version:
                good.unlink(missing_ok=True)
                return
            part.write_bytes(self.file.read_bytes())
            part.replace(good)
        except OSError:
            log.exception("the offers could not be kept")

    def over(self, policy: Policy, day: date) -> Policy:
        """The policy of a day; the same object while nothing changed."""
        held = self._held
        if (
            held is not None
            and held.day == day
            and held.offers is self.offers
            and policy in (held.policy, held.of)
        ):
            return held.policy
        made = replace(policy, **self._offers())
        if self._country is not None:
            made = replace(made, **self._taxes(self._country, policy, day))
        if held is not None and made == held.policy:
            made = held.policy
        self._held = Held(policy, day, self.offers, made)
        return made

    def _offers(self) -> dict[str, Any]:
        found = self.offers.offers
        return {
            "promotions": self.offers.promotions,
            "offers": {offer.id: offer for offer in found},
            "counted": limited(found),
            "language": self._language,
        }

    def _taxes(self, country: Country, policy: Policy, day: date) -> dict[str, Any]:
        rules, missing = _rules(country.taxes, day)
        own = {code: rule for code, rule in policy.taxes.items() if code in self._own}
        changed: dict[str, Any] = {
            "taxes": {**rules, **own},
            "rates_missing": {
                code: it.day.isoformat() for code, it in missing.items() if code not in own
            },
            "waived": (waived_for_exempt(country.taxes) - self._own) | policy.waived,
        }
        if not self._rounding_is_set:
            changed["tax_rounding"] = country.taxes.rounding.value
        if not self._coin_is_set and country.cash.currency == policy.currency:
            coin = rounding_on(country.cash, day)
            changed["cash_step_minor"] = coin.step_minor if coin else 0
            if coin is not None:
                changed["cash_rounding_mode"] = coin.mode.value
        return changed


def _rules(table: TaxTable, day: date) -> tuple[dict[str, TaxRule], dict[str, RateMissing]]:
    """Every code has a rule, so that what lies in a basket can be priced; what has none on this day
    has its nearest, and is missing."""
    rules: dict[str, TaxRule] = {}
    missing: dict[str, RateMissing] = {}
    for code in table.taxes:
        found = rate_on(table, code, day)
        if isinstance(found, RateMissing):
            missing[code] = found
            near = found.ended or found.starts
            found = rate_on(table, code, near) if near else found
        if isinstance(found, TaxRule):
            rules[code] = found
    return rules, missing


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - between baskets, twice a second
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
