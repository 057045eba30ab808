"""What a customer is asked to agree to: read out at the till, told again in what is exported."""

from __future__ import annotations

from appliance.ui.sentences.mark import N_

CONSENT = N_(
    "“We keep your name and phone to give you points and your prices. We tell nobody. You can see,"
    " take along or delete all of it at any time.”"
)
CONSENT_VERSION = "1"
"""Raise it with the sentence: each consent says to which wording it was given."""
