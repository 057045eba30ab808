"""An alert in one sentence, in the reader's language, by its rule and what its detail tells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from appliance.fleet.console.saying import N_, Saying

RULES = {
    # What a collector raises.
    "cloned": N_("Two machines speak as this till: its SD card was copied"),
    "rolled_back": N_("The till went back to an older state"),
    "gap": N_("Facts are missing that the till has no more"),
    "forged": N_("A batch is not signed by this till"),
    "impostor": N_("This till spoke as another"),
    "locked_out": N_("A till that is locked out goes on sending"),
    "malformed": N_("The till sends what nobody understands"),
    "unfit": N_("The till sends what no database can hold"),
    # Contact.
    "offline": N_("No connection in opening hours"),
    "shop_offline": N_("No till of the shop has a connection"),
    "cell_offline": N_("Nearly all shops lost their connection: look at the broker"),
    "sync": N_("Sales since {since} have not arrived"),
    "clock": N_("The till's clock is wrong"),
    "clock_unset": N_("Nobody has told the till the time for {hours} hours"),
    # A till.
    "printer": N_("Receipt printer"),
    "drawer": N_("Cash drawer"),
    "scanner": N_("Scanner"),
    "device": N_("Device"),
    "storage": N_("The till's storage"),
    "heat": N_("Hotter than {degrees} °C: give the till air"),
    "power": N_("Power supply"),
    "disk": N_("Less than {percent} % of the disk is free"),
    "slow_disk": N_("The SD card is slow: change it soon"),
    "certificate": N_("The certificate ends on {until}"),
    "drift": N_("Does not have what it should for {hours} hours"),
    "refused": N_("Refuses what it should have"),
    "restarts": N_("Started {times} times in a day or more often"),
    "crash_loop": N_("The program crashes again and again"),
    # Updates.
    "rollout_halted": N_("The rollout of {version} halted by itself"),
    "till_returned": N_("Went back from {version} to the version before"),
    "update_stuck": N_("Has not taken {version} for {days} days"),
    # A shop.
    "cashier": N_("Unusual at the till"),
    "cash": N_("The drawer differs by {money}, counted by {person}"),
    "stock_negative": N_("Goods below zero, such as {sku}"),
    "stock_low": N_("Goods below their minimum, such as {sku}"),
    "count_old": N_("Goods that were not counted for long, such as {sku}"),
}

RETURNED = {
    "no_word": N_("it did not start, or its power went each time"),
    "unhealthy": N_("it did not pass its own check"),
    "broken": N_("the bundle could not be written"),
    "other_bundle": N_("the bundle holds another version"),
    "not_ordered": N_("the start of the new version could not be prepared"),
    "forged": N_("the release is not signed by a key that it trusts"),
    "revoked": N_("the key of the release was revoked"),
    "keys_expired": N_("the list of release keys has ended"),
    "expired": N_("the release has ended"),
    "other_hardware": N_("the release is for other hardware"),
    "not_newer": N_("the release is not newer"),
    "replayed": N_("an older release was offered again"),
    "too_far": N_("a version between must run first"),
}
"""Why a till did not stay with a release; the updater's and the release's own words."""

DETAILS = {
    "problem": {
        "none": N_("does not work"),
        "unplugged": N_("unplugged"),
        "no_answer": N_("does not answer"),
        "port_busy": N_("its port is taken"),
        "no_permission": N_("may not be used"),
        "paper_out": N_("out of paper"),
        "paper_near_end": N_("paper runs out soon"),
        "cover_open": N_("cover is open"),
        "offline": N_("is switched off line"),
        "left_open": N_("left open"),
        "stuck": N_("stuck"),
        "garbage": N_("sends garbage"),
        "crashed": N_("its driver crashed"),
        "low_voltage": N_("power is too weak"),
        "on_battery": N_("runs on its battery"),
        "too_hot": N_("is too hot"),
        "worn": N_("memory card is worn"),
        "full": N_("full"),
        "fault": N_("cannot be written"),
        "recovered": N_("was damaged and repaired"),
    },
    "power": {
        "low_now": N_("too weak right now"),
        "slowed": N_("the processor is slowed down"),
        "was_low": N_("was too weak since the start"),
    },
    "what": {
        "voided_sales": N_("voided sales: {limit} or more"),
        "voided_lines": N_("voided lines: {limit} or more"),
        "returns": N_("returns: {limit} or more"),
        "no_sales": N_("drawer opened without a sale: {limit} times or more"),
    },
    "trouble": {
        "returned": N_("tills went back"),
        "lost": N_("updated tills are gone"),
        "selling_less": N_("updated tills sell less"),
        "not_good": N_("the release is not good any more"),
    },
    "returned": RETURNED,
    "direction": {"ahead": N_("it is ahead"), "behind": N_("it is behind")},
}
"""Words that a detail holds, by its name."""

DOCUMENTS = {
    "config": N_("Settings"),
    "catalogue": N_("Catalogue"),
    "prices": N_("Prices"),
    "staff": N_("Staff"),
    "firmware": N_("Software"),
}


def sentence(saying: Saying, alert: Mapping[str, Any]) -> str:
    """alert: its row. A rule that this program does not know is told by its name."""
    t = saying.t
    rule, cause = str(alert["rule"]), str(alert["cause"])
    detail = _detail(alert["detail"])
    shown = _shown(saying, detail)
    name = _filled(t(RULES.get(rule, rule.replace("_", " "))), shown)
    if rule in ("drift", "refused"):
        cause = t(DOCUMENTS.get(cause, cause))
    if rule in ("cash", "cell_offline", "rollout_halted"):
        cause = ""
    more = [
        _filled(t(words[str(detail[key])]), shown)
        for key, words in DETAILS.items()
        if str(detail.get(key, "")) in words
    ]
    return ": ".join(filter(None, (name, cause, *more, str(detail.get("why", "")))))


def _detail(text: Any) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _shown(saying: Saying, detail: Mapping[str, Any]) -> dict[str, str]:
    shown = {name: str(it) for name, it in detail.items()}
    if isinstance(detail.get("since"), int):
        shown["since"] = saying.moment(detail["since"])
    if isinstance(detail.get("until"), int):
        shown["until"] = saying.day(detail["until"])
    if isinstance(detail.get("minor"), int):
        shown["money"] = saying.money(detail["minor"], shown.get("currency", ""))
    return shown


def _filled(text: str, shown: Mapping[str, str]) -> str:
    try:
        return text.format_map(shown)
    except (KeyError, ValueError, IndexError):
        return text
