"""Requests as JSON: the one way in for the local socket, `till send`, and a toast's undo."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any

from appliance.core import codec
from appliance.core import commands as c
from appliance.moment import request_name

TEXT_MAX = 8_000
"""Characters of one text; the longest QR code is 7,089 digits."""

ONLY_THE_TILL = (
    *(c.AddItem, c.StartEffect, c.EndEffect, c.RefusePin),
    *(c.SendTender, c.AnswerTender, c.BookTotals),
    *(c.ReverseStock, c.EnterCounted, c.EndCount, c.TakeBackContainers, c.PrintZ),
    *(c.TakeBack, c.TakeBackUnproven, c.UndoSale),
    *(c.Charge, c.Redeem, c.GiveVoucher, c.Advance, c.PayBack, c.NoteMovement, c.PrintAccount),
    c.PrintCode,
    *(c.Hold, c.Release, c.NoteLedger, c.Expire),
    *(c.Block, c.SetCustomer, c.ForgetCustomer, c.AddCoupon, c.ChangeStaff),
    *(c.HandOverSale, c.TakeOverSale, c.EndHandover, c.TakeBackHandover),
    *(c.ReceiveFleetCommand, c.EndFleetCommand, c.PrintFleetNote, c.NoteDocument, c.NoteFirmware),
    c.NoteBenchTest,
)
"""What the till itself makes: a resolved item, an effect's course, a paper or a count looked up, and what
its links to the shop's other tills and to the fleet have heard."""

FROM_OUTSIDE: dict[str, type] = {
    request_name(kind): kind for kind in typing.get_args(c.Request) if kind not in ONLY_THE_TILL
}
"""All requests but those."""


def parse_request(value: Mapping[str, Any]) -> c.Request:
    """The request behind {"command": "scan", "code": "482.."}; CodecError says what is wrong."""
    name = value.get("command")
    if not isinstance(name, str) or name not in FROM_OUTSIDE:
        from difflib import get_close_matches

        near = get_close_matches(str(name), FROM_OUTSIDE, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "; known: " + ", ".join(FROM_OUTSIDE)
        raise codec.CodecError(f"unknown command {name!r}{hint}")
    body = {
        key: item for key, item in value.items() if key not in ("command", "id", "actor", "spoken")
    }
    for key, item in body.items():
        if isinstance(item, str) and len(item) > TEXT_MAX:
            raise codec.CodecError(f"{key}: a text has at most {TEXT_MAX} characters")
    request: c.Request = codec.from_json(FROM_OUTSIDE[name], body)
    return request
