"""Rollouts and tills' software in words: states, what is waited for, why something halted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from appliance.fleet.alerts.words import RETURNED
from appliance.fleet.console.saying import N_, Saying
from appliance.fleet.updates.plan import Gate, Wave
from appliance.fleet.updates.sales import Look
from appliance.fleet.updates.standing import At
from appliance.fleet.updates.trust import UpdateMistake

STATES = {
    "draft": (N_("not started"), "waiting"),
    "running": (N_("goes out"), "ok"),
    "paused": (N_("paused"), "late"),
    "halted": (N_("halted by itself"), "lost"),
    "aborted": (N_("ended"), "closed"),
    "done": (N_("is everywhere"), "ok"),
}
"""Each with its sign."""

STAGES = {
    "idle": (N_("up to date"), "ok"),
    "waiting": (N_("waits"), "waiting"),
    "fetching": (N_("downloads"), "waiting"),
    "installing": (N_("installs"), "waiting"),
    "installed": (N_("waits for its restart"), "waiting"),
    "trial": (N_("tries it"), "late"),
    "returned": (N_("went back"), "lost"),
    "refused": (N_("refused"), "lost"),
    "failed": (N_("tries again"), "late"),
}

_EVEN = 10
"""Thousandths that nobody can tell from none."""

REASONS = {
    "basket": N_("a basket is open"),
    "payment": N_("a payment is under way"),
    "shift": N_("the shift is open"),
    "cash": N_("the cash is not counted"),
    "outbox": N_("sales are not delivered yet"),
    "stick": N_("a person must confirm it"),
    "disk": N_("too little room"),
    "power": N_("the power is weak"),
    "temperature": N_("it is too hot"),
    "paper": N_("a slip is being printed"),
    "till": N_("the till does not answer"),
    "system": N_("its system does not answer"),
    "unsure": N_("which system starts by itself cannot be read"),
    "window": N_("it is not night yet"),
    "not_before": N_("its time has not come"),
    "clock": N_("nobody told it the time"),
    "server": N_("the server does not answer"),
    "neighbours": N_("other tills of the shop come first"),
}
"""What a till waits for, as it says itself."""

CHECKS = {
    "sale": N_("the trial sale"),
    "journal": N_("the journal"),
    "data": N_("the data partition"),
    "root": N_("the system"),
    "till": N_("the program of the till"),
    "device": N_("a device"),
}
"""What a till that tries a release looks at; a device's name follows its word."""

AT = {
    At.PROVEN: (N_("proven"), "ok"),
    At.TRIAL: (N_("in trial"), "late"),
    At.WORKING: (N_("on the way"), "waiting"),
    At.WAITING: (N_("waits"), "waits"),
    At.BACK: (N_("went back"), "lost"),
    At.LOST: (N_("gone since"), "lost"),
    At.AHEAD: (N_("later"), "none"),
}
"""Each with its colour and sign, in the order of the bar."""

UNTIL = {
    "person": N_("It waits for a person."),
    "sight": N_("Nothing was seen of the tills lately; until then nothing goes on."),
    "tills": N_("{have} of the {need} tills it needs have proven it."),
    "soak": N_("It runs well; the next wave goes at {moment} at the earliest."),
    "sales": N_("It runs well; its sales are still to be compared."),
    "few": N_("It runs well; these tills have sold too little yet to compare."),
    "weeks": N_(
        "It runs well, but these tills have too few earlier weeks to compare: a person lets the wave"
        " through."
    ),
}

TROUBLES = {
    "returned": N_("Went back to the version before: {many}; at most {most} may."),
    "lost": N_("Gone since they were updated: {many}; at most {most} may be."),
    "selling_less": N_("The updated tills sell {fall} less than they should."),
    "not_good": N_("The release was withdrawn, has ended, or its key was revoked."),
}


def mistake(say: Saying, error: UpdateMistake) -> str:
    return say.t(error.sentence).format(**error.told)


def waits(say: Saying, row: Mapping[str, Any]) -> str:
    """What a rollout that runs waits for; "" before its first step."""
    wait = json.loads(row["seen"]).get("wait") or {}
    word = wait.get("why") or wait.get("until", "")
    if word not in UNTIL:
        return ""
    return say.t(UNTIL[word]).format(
        have=say.number(wait["have"]),
        need=say.number(wait["need"]),
        moment=say.moment(wait["until_ms"]),
    )


def halted(say: Saying, row: Mapping[str, Any], look: Look | None) -> str:
    """Why it halted by itself; "" where it did not."""
    why = json.loads(row["why"])
    if why.get("trouble") not in TROUBLES:
        return ""
    return say.t(TROUBLES[why["trouble"]]).format(
        many=say.number(why["many"]),
        most=say.number(why["most"]),
        fall=percent(say, look.fall if look else 0),
    )


def sales(say: Saying, look: Look) -> str:
    """What the last comparison says."""
    told = {"sold": say.number(look.sold), "expected": say.number(look.expected)}
    t = say.t
    first = t("{sold} sales where the same hours of earlier weeks had {expected}.").format(**told)
    if look.alone:
        return f"{first} " + t("No other tills were left to compare with.")
    if abs(look.fall) < _EVEN:
        return f"{first} " + t("That is as tills that were not updated did.")
    more = look.fall < 0
    second = (
        t("Beside tills that were not updated that is {percent} more.")
        if more
        else t("Beside tills that were not updated that is {percent} less.")
    )
    return f"{first} {second.format(percent=percent(say, abs(look.fall)))}"


def percent(say: Saying, permille: int) -> str:
    return say.percent(Decimal(permille) / 10)


def wave(say: Saying, it: Wave) -> str:
    """How large it is."""
    t = say.t
    share = percent(say, it.permille)
    if not it.tills:
        return t("{share} of all").format(share=share)
    named = say.n("{count} named till", "{count} named tills", len(it.tills))
    return f"{named}, {t('then {share} of all').format(share=share)}" if it.permille else named


def gate(say: Saying, it: Gate) -> str:
    """What it asks for before the next wave."""
    t = say.t
    asked = [
        t("{share} proven for {span}").format(
            share=percent(say, it.healthy), span=say.span(it.soak_ms)
        ),
        t("at most {share} return").format(share=percent(say, it.returned)),
    ]
    if it.fall:
        asked.append(t("sales fall by no more than {share}").format(share=percent(say, it.fall)))
    else:
        asked.append(t("sales are not compared"))
    return " · ".join(asked)


def reasons(say: Saying, text: str) -> str:
    """A till's own reasons, as they are kept."""
    try:
        told: Sequence[str] = json.loads(text)
    except ValueError:
        return ""
    return ", ".join(say.t(REASONS.get(it, str(it))) for it in told)


def why(say: Saying, row: Mapping[str, Any]) -> str:
    """Why it waits, went back or refused."""
    if row["stage"] in ("returned", "refused", "failed"):
        said = say.t(RETURNED.get(row["why"], row["why"]))
        detail = _checks(say, row["detail"]) if row["why"] == "unhealthy" else row["detail"]
        return ": ".join(filter(None, (said, detail)))
    if row["stage"] == "fetching" and row["size"]:
        return percent(say, 10 * (100 * row["done"] // row["size"]))
    return reasons(say, row["reasons"])


def _checks(say: Saying, detail: str) -> str:
    """ "sale, device printer" in the reader's words."""
    told = []
    for check in detail.split(","):
        word, _, name = check.strip().partition(" ")
        told.append(f"{say.t(CHECKS.get(word, word))} {name}".strip())
    return ", ".join(told)
