"""Card terminals by protocol: how each is made, and what the till's settings must say to reach it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hw_sim import ecr17_terminal, nexo_terminal
from hw_sim.caisse_ap_terminal import CaisseApTerminal
from hw_sim.certificates import Certificate, certificate
from hw_sim.ecr17_terminal import Ecr17Terminal
from hw_sim.nexo_terminal import NexoTerminal
from hw_sim.privat_terminal import PrivatTerminal
from hw_sim.terminal import Terminal
from hw_sim.zvt_terminal import ZvtTerminal

Options = dict[str, object]


@dataclass(frozen=True, slots=True)
class Protocol:
    """label: as people call it. options: its own of the [[payments]] table, from a folder for files
    and the seconds that the till waits for an answer. currencies: (): any."""

    label: str
    make: Callable[[Path], Terminal]
    options: Callable[[Path, float], Options]
    currencies: tuple[str, ...] = ()


def _privat(_folder: Path, patience_s: float) -> Options:
    return {"after_ping_s": 0, "between_s": 0, "service_s": 3, "answer_s": patience_s}


def _zvt(_folder: Path, patience_s: float) -> Options:
    return {"ack_s": 0.5, "answer_s": patience_s, "prints_on_till": True}


def _nexo(folder: Path, patience_s: float) -> Options:
    passphrase = folder / "nexo.passphrase"
    passphrase.touch(0o600)
    passphrase.write_text(nexo_terminal.PASSPHRASE)
    name, version = nexo_terminal.KEY.identifier, nexo_terminal.KEY.version
    return {
        "poi_id": nexo_terminal.POI_ID,
        "passphrase_file": str(passphrase),
        "key_identifier": name,
        "key_version": version,
        "ca": str(_certificate(folder).path),
        "service_s": 1,
        "answer_s": patience_s,
    }


def _certificate(folder: Path) -> Certificate:
    """The terminal's, and what the till trusts: the same one."""
    place = folder / "nexo"
    if not place.exists():
        place.mkdir()
        return certificate(place, nexo_terminal.OWN_NAME)
    return Certificate(next(place.glob("*.pem")), "")


def _ecr17(_folder: Path, patience_s: float) -> Options:
    terminal = ecr17_terminal.TERMINAL_ID
    return {"terminal_id": terminal, "ack_s": 0.5, "answer_s": patience_s}


PROTOCOLS: Mapping[str, Protocol] = {
    "privat": Protocol("PrivatBank", lambda _: PrivatTerminal(), _privat, ("UAH",)),
    "zvt": Protocol("ZVT", lambda _: ZvtTerminal(), _zvt),
    "nexo": Protocol("nexo", lambda folder: NexoTerminal(shown=_certificate(folder)), _nexo),
    "ecr17": Protocol("ECR17", lambda _: Ecr17Terminal(), _ecr17),
    "caisse_ap": Protocol(
        "Caisse-AP",
        lambda _: CaisseApTerminal(),
        lambda _, patience_s: {"answer_s": patience_s},
        ("EUR", "CHF", "XPF"),
    ),
}
