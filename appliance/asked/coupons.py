"""Coupons are proven before the core sees them; a customer's basket knows which offers are spent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from appliance.codes.coupons import Coupon, CouponFault, CouponProblem, read_coupon
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.barcode.own import OwnKind, read_own
from appliance.core.decide.coupons import words_at_work
from appliance.core.facts import LineSource
from appliance.core.offers import spent
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import State
from appliance.core.why import why_line
from appliance.intake import Answered, Asked, Intake
from appliance.moment import Moment

WORD_MAX = 40
_FAULTS = {
    CouponFault.MALFORMED: Reason.COUPON_MALFORMED,
    CouponFault.UNKNOWN_KEY: Reason.COUPON_FORGED,
    CouponFault.FORGED: Reason.COUPON_FORGED,
}


def scanned(
    intake: Intake, scan: c.Scan, _now: Moment, today: date
) -> c.AddCoupon | Refusal | None:
    """A signed coupon under the scanner, or the word of one that may be typed."""
    own = read_own(scan.code)
    if own is not None:
        return _signed(intake, scan.code, today) if own.kind is OwnKind.COUPON else None
    return None if scan.source is LineSource.SCAN else _word(intake, scan.code)


def enter(
    intake: Intake, request: c.EnterCoupon, _now: Moment, today: date
) -> c.AddCoupon | Refusal:
    own = read_own(request.code)
    if own is not None and own.kind is OwnKind.COUPON:
        return _signed(intake, request.code, today)
    word = _word(intake, request.code)
    return word or refuse(Reason.COUPON_MALFORMED)


def _signed(intake: Intake, code: str, today: date) -> c.AddCoupon | Refusal:
    found = read_coupon(code, intake.coupon_keys, today)
    if isinstance(found, CouponProblem):
        if found.fault is CouponFault.EXPIRED and found.coupon is not None:
            return refuse(Reason.COUPON_EXPIRED, date=found.coupon.expires)
        return refuse(_FAULTS.get(found.fault, Reason.COUPON_MALFORMED))
    return _added(found)


def _added(coupon: Coupon) -> c.AddCoupon:
    return c.AddCoupon(coupon.identity, coupon.promotion, coupon.customer)


def _word(intake: Intake, text: str) -> c.AddCoupon | None:
    """A word that some offer lets anybody type, however it was spelled."""
    typed = text.strip().casefold()
    if not 0 < len(typed) <= WORD_MAX:
        return None
    for offer in intake.policy.offers.values():
        word = offer.when.coupon
        if offer.plain_coupon and word is not None and word.casefold() == typed:
            return c.AddCoupon(word, word)
    return None


def unused(intake: Intake, command: c.AddCoupon, today: date) -> c.AddCoupon | Refusal:
    """Not used before, and for an offer that has not ended."""
    if command.coupon != command.promotion and intake.journal.offers.coupon_used(command.coupon):
        return refuse(Reason.COUPON_USED)
    asking = [it for it in intake.policy.offers.values() if it.when.coupon == command.promotion]
    ends = [it.when.until for it in asking]
    last = max((end for end in ends if end is not None), default=None)
    if last is not None and None not in ends and last.date() < today:
        return refuse(Reason.COUPON_EXPIRED, date=last.date())
    return command


def told(intake: Intake, now: Moment, before: State, answer: Answered) -> Moment:
    """A coupon is in the basket and works, or waits for its goods; or it is out, or was not needed
    and stays good."""
    if isinstance(answer, Refusal):
        return now
    done = any(isinstance(record.fact, f.SaleCompleted) for record in answer)
    for record in answer:
        match record.fact:
            case f.CouponAdded(promotion=word):
                sale = intake.journal.state.sale
                works = sale is not None and word in words_at_work(sale, intake.policy)
                now = now.told("coupon_added" if works else "coupon_waits", word=word)
            case f.CouponRemoved(coupon=coupon):
                held = before.sale.coupons if before.sale is not None else ()
                word = next((it.promotion for it in held if it.id == coupon), coupon)
                now = now.told("coupon_kept" if done else "coupon_removed", word=word)
            case _:
                pass
    return now


def counted(intake: Intake, command: c.SetCustomer, _today: date) -> c.SetCustomer:
    """A customer comes with the offers he has used as often as they may be."""
    if not command.customer or not intake.policy.counted:
        return command
    used = intake.journal.offers.used_by(command.customer)
    return replace(command, spent_offers=spent(intake.policy.offers.values(), used))


def explain(intake: Intake, request: c.ExplainLine, now: Moment, _today: date) -> Moment | Refusal:
    sale = intake.journal.state.sale
    found = None if sale is None else why_line(sale, intake.policy, request.line)
    if found is None:
        return refuse(Reason.NO_SUCH_LINE, line=request.line)
    return replace(now, serial=now.serial + 1, why=replace(found, serial=now.serial + 1))


ASKED: dict[type, Asked] = {c.EnterCoupon: enter, c.ExplainLine: explain}
READY = {c.AddCoupon: unused, c.SetCustomer: counted}
