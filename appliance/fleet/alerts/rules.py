"""All rules. That of contact comes first: the others say nothing of tills that nobody hears."""

from __future__ import annotations

from appliance.fleet.alerts import contact_rules, shop_rules, till_rules, update_rules

RULES = (
    *contact_rules.RULES,
    *till_rules.RULES,
    *shop_rules.RULES,
    *update_rules.RULES,
)
