"""What the terminal's page says when a bank was asked, or the till that keeps the gift cards."""

from __future__ import annotations

from appliance.core.accounts import LEDGER_PORT
from appliance.core.facts import TenderType
from appliance.core.pay_look import AskedLook
from appliance.ui.words import N_

_OF_BANK = {
    "Give the money back on the terminal": N_("Send the money back in the bank's app"),
    "Make a refund or a reversal of this amount there, then say here what it showed.": N_(
        "Transfer this amount to the customer, then say here whether it went out."
    ),
    "Waiting for the terminal": N_("Waiting for the bank"),
    "The customer pays on the terminal. It will answer by itself.": N_(
        "The bank is asked whether the money came. It answers by itself."
    ),
    "Do not switch it off, and do not take the money a second time.": N_(
        "Do not take the money a second time."
    ),
    "Look at the terminal's slip or its journal, or set the basket aside.": N_(
        "Look for this payment in the bank's app, or set the basket aside: the money may still come."
    ),
    "The till asks the terminal again by itself.": N_("The till asks the bank again by itself."),
    "The till asks the terminal again in {seconds} s.": N_(
        "The till asks the bank again in {seconds} s."
    ),
    "Do not charge the card again, here or on another terminal.": N_(
        "Do not show another code for it."
    ),
    "Look at the terminal's slip: did it print “approved”?": N_(
        "Look into the bank's app: is this payment there?"
    ),
    "The terminal shows": N_("The bank says"),
    "Cancel on the terminal": N_("Call it off"),
}


_OF_LEDGER = {
    "Waiting for the terminal": N_("Asking what is on the card"),
    "The customer pays on the terminal. It will answer by itself.": N_(
        "The till that keeps the gift cards is asked. It takes a few seconds."
    ),
    "Do not switch it off, and do not take the money a second time.": N_(
        "Do not take the money a second time."
    ),
    "The terminal shows": N_("Gift cards of the shop"),
    "Waiting for the customer …": N_("Waiting for the answer …"),
    "Cancel on the terminal": N_("Call it off"),
}


def said(text: str, asked: AskedLook | None) -> str:
    """The sentence for whoever was asked, as a msgid."""
    if asked is None:
        return text
    if asked.port == LEDGER_PORT:
        return _OF_LEDGER.get(text, text)
    return _OF_BANK.get(text, text) if asked.type == TenderType.QR else text


def who(asked: AskedLook) -> str:
    """Who was asked, for people: the port's name in the settings, or a msgid."""
    return N_("Gift cards of the shop") if asked.port == LEDGER_PORT else asked.port
