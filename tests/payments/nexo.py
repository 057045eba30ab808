"""nexo's driver with its simulator, for the story book."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from appliance.payments.nexo.driver import NexoDialogue, Settings
from appliance.payments.nexo.https import Https
from appliance.payments.nexo.messages import Address
from appliance.payments.tls import Trust
from hw_sim.certificates import Certificate, certificate
from hw_sim.nexo_terminal import KEY, OWN_NAME, PASSPHRASE, POI_ID, NexoTerminal

from .conformance import Subject


@cache
def shown() -> Certificate:
    return certificate(Path(tempfile.mkdtemp(prefix="kram-nexo-")), OWN_NAME)


@cache
def passphrase_file() -> Path:
    path = shown().path.with_name("passphrase")
    path.write_text(PASSPHRASE)
    path.chmod(0o600)
    return path


def terminal() -> NexoTerminal:
    return NexoTerminal(shown=shown())


def dialogue(url: str, trust: Trust | None = None, passphrase: str = PASSPHRASE) -> NexoDialogue:
    trust = trust or Trust(str(shown().path), f"{POI_ID}.")
    settings = Settings(
        Address("TILL-7", POI_ID), lambda: passphrase, KEY, service_s=0.5, answer_s=1.0
    )
    return NexoDialogue(Https("127.0.0.1", int(url.rpartition(":")[2]), trust), settings)


SUBJECT = Subject("nexo", terminal, dialogue, can_total=False)
