"""What the tills' links write down is theirs: nobody says it at the local socket."""

from __future__ import annotations

import pytest

from appliance.core import codec
from appliance.requests import FROM_OUTSIDE, parse_request


@pytest.mark.parametrize(
    "name",
    [
        *("hand_over_sale", "take_over_sale", "end_handover", "take_back_handover"),
        *("receive_fleet_command", "end_fleet_command", "print_fleet_note", "note_document"),
    ],
)
def test_what_only_a_link_may_say_is_not_taken_from_outside(name: str) -> None:
    with pytest.raises(codec.CodecError, match="unknown command"):
        parse_request({"command": name, "key": "k", "sale": 1})


def test_a_person_fetches_and_recalls_baskets() -> None:
    assert {"fetch_sale", "recall_handover"} <= FROM_OUTSIDE.keys()
