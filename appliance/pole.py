"""What the customer reads on the pole display: two short lines for each moment of a sale."""

from __future__ import annotations

from appliance.core.view import Look
from appliance.i18n import amount, number, translator

WIDTH = 20


def pole_lines(look: Look, language: str, greeting: str) -> tuple[str, str]:
    """(line 1, line 2): the last item and the total; the change; or the shop's greeting."""
    say = translator(language)
    basket = look.basket
    if look.pay.code is not None and look.pay.asked is not None:
        due = amount(look.pay.asked.amount_minor, look.currency, language)
        return say("Scan the QR code")[:WIDTH], _row(say("To pay"), due)
    if basket is not None and basket.lines:
        total = amount(
            basket.cash_due_minor if basket.tendered_minor else basket.total_minor,
            look.currency,
            language,
        )
        line = next((x for x in basket.lines if x.line == basket.last_line), basket.lines[-1])
        price = amount(line.amount_minor, look.currency, language)
        head = line.name if line.quantity == 1 else f"{number(line.quantity, language)}x{line.name}"
        if basket.total_minor < 0:
            back = -(basket.cash_due_minor if basket.tendered_minor else basket.total_minor)
            return _row(head, price), _row(
                say("To give back"), amount(back, look.currency, language)
            )
        return _row(head, price), _row(say("Total"), total)
    if look.done is not None and basket is None:
        paid = amount(look.done.due_minor, look.currency, language)
        if look.done.due_minor < 0:
            given = amount(-look.done.due_minor, look.currency, language)
            return _row(say("Return"), ""), _row(say("Given back"), given)
        change = amount(look.done.change_minor, look.currency, language)
        return _row(say("Total"), paid), _row(say("Change"), change)
    return greeting[:WIDTH].center(WIDTH).rstrip(), ""


def _row(left: str, right: str) -> str:
    """Left cut, right whole: the customer may guess a name, never an amount."""
    room = max(0, WIDTH - len(right) - 1)
    return f"{left[:room]:<{room}} {right}"
