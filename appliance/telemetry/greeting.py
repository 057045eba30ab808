"""The till's hello: who it is, where its journal is, how far it believes the fleet to be."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.telemetry import vitals
from appliance.telemetry.delivery import Delivery
from appliance.telemetry.home import Ear, Home
from appliance.telemetry.outbox import Outbox
from appliance.wire.hello import EPOCHS_MAX, Hello


def hello_of(
    home: Home,
    delivery: Delivery,
    outbox: Outbox,
    ears: Sequence[Ear],
    fingerprint: str,
    at_ms: int,
) -> Hello:
    """fingerprint: of its certificate. at_ms: what its clock says."""
    ends = delivery.ends
    newest = ends[-1]
    return Hello(
        delivery.hello,
        home.place.till,
        outbox.name,
        newest.epoch,
        min_kept=1,
        max_seq=newest.last,
        acked=delivery.acked if delivery.epoch == newest.epoch else 0,
        epochs=outbox.told(ends[-EPOCHS_MAX:]),
        serial=home.serial,
        model=home.model,
        cert=fingerprint,
        software=home.software,
        clock=vitals.clock_trust(),
        clock_ms=at_ms,
        documents={name: it for ear in ears for name, it in ear.documents().items()},
    )
