"""The drivers that are proven, each with its simulated terminal and the settings that reach it."""

from __future__ import annotations

from dataclasses import dataclass

from hw_sim.ecr17_terminal import TERMINAL_ID
from hw_sim.nexo_terminal import KEY, POI_ID
from tests.payments import caisse_ap, ecr17, nexo, privat, zvt
from tests.payments.conformance import Subject


@dataclass(frozen=True, slots=True)
class Driver:
    """settings: what its [[payments]] table says beside the port; time limits are small ones."""

    subject: Subject
    settings: str

    def options(self, port: int) -> str:
        name = self.subject.name
        return f'driver = "{name}"\nhost = "127.0.0.1"\ntcp_port = {port}\n{self.settings}'


_NEXO = f"""\
poi_id = "{POI_ID}"
passphrase_file = "{nexo.passphrase_file()}"
key_identifier = "{KEY.identifier}"
key_version = {KEY.version}
ca = "{nexo.shown().path}"
service_s = 0.5
answer_s = 1.0"""

DRIVERS: dict[str, Driver] = {
    it.subject.name: it
    for it in (
        Driver(privat.SUBJECT, "after_ping_s = 0\nbetween_s = 0\nservice_s = 0.5\nanswer_s = 2"),
        Driver(zvt.SUBJECT, "ack_s = 0.3\nanswer_s = 1.0"),
        Driver(nexo.SUBJECT, _NEXO),
        Driver(caisse_ap.SUBJECT, "answer_s = 0.5\nquiet_s = 0.05"),
        Driver(ecr17.SUBJECT, f'terminal_id = "{TERMINAL_ID}"\nack_s = 0.3\nanswer_s = 0.5'),
    )
}
