"""A day of published card numbers: every terminal answers with one, every reader reads one, people
type one. What the till then leaves anywhere is put into the day's folder, to be searched."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from appliance.config import load
from appliance.drivers.cards import ca_key
from appliance.drivers.cards.boundary import CardKey, load_key
from appliance.dukpt import aes
from appliance.journal import Journal
from appliance.local_socket import ask
from hw_sim import pcsc
from hw_sim.broker import Broker
from hw_sim.canary import CANARIES
from hw_sim.card_files import PPSE, Card, fci, tlv
from hw_sim.closed_loop_host import AID, BDK, PAN, ClosedLoopHost, chip_card
from hw_sim.nfc_tag import Type4Tag
from hw_sim.small_collector import Collector
from hw_sim.terminal import Temper, Terminal
from tests.telemetry.builders import agent_of, hashes
from tests.till.builders import shelf
from tests.till.test_returns_process import CONFIG, TILL, Counter, running

from . import closed_loop
from .proof.drivers import DRIVERS, free_port

FIRST, SECOND = CANARIES
NUMBERS = (*CANARIES, PAN)
"""The last is the shop's own card's: of no scheme, so that no alarm behind the reader would star it."""

TYPED = (FIRST, f"card {SECOND}", " ".join(FIRST[at : at + 4] for at in range(0, 16, 4)))
SOON_S = 30.0
CHIP_KSN = bytes.fromhex("123456789012345700000000")
BANK_AID = bytes.fromhex("A0000000041010")

TRACKS = {
    "hw_sim.zvt_terminal.PAN": SECOND,
    "hw_sim.caisse_ap_terminal.PAN": SECOND,
    "hw_sim.ecr17_terminal.PAN": FIRST,
    "hw_sim.mono_bank.CARD": FIRST,
    "hw_sim.nexo_terminal.CARD_DATA": {
        "MaskedPan": FIRST,
        "SensitiveCardData": {"PAN": SECOND, "TrackData": [{"TrackValue": f"{SECOND}=26122011"}]},
    },
    "hw_sim.privat_terminal.CARD": {
        "pan": SECOND,
        "cardExpiryDate": "2612",
        "track1": f"B{FIRST}^TEST/CARDHOLDER^26122011143804400000",
    },
}
"""What the simulated terminals send, as badly set up ones do."""


@dataclass
class Day:
    """folder: everything is below it. looks: what the screen had, step by step."""

    folder: Path
    counter: Counter

    def does(self, command: str, **body: Any) -> None:
        self.counter.does(command, **body)
        self.look()

    def answered(self, command: str, **body: Any) -> None:
        """As soon as no terminal is asked any more; a basket that is paid needs nothing."""
        until = time.monotonic() + SOON_S
        while True:
            answer = ask(self.counter.socket, {"command": command, **body})
            self.look()
            if answer["ok"] or answer["refusal"] == "basket_empty":
                return
            assert answer["refusal"] == "tender_pending", answer
            assert time.monotonic() < until
            time.sleep(0.05)

    def look(self) -> dict[str, Any]:
        look: dict[str, Any] = ask(self.counter.socket, {"look": True})["look"]
        with (self.folder / "looks.jsonl").open("a", encoding="utf-8") as looks:
            looks.write(json.dumps(look, ensure_ascii=False) + "\n")
        return look

    def till(self, *words: str | Path) -> str:
        command = [TILL, "--config", self.folder / "shop.toml", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    def wait(self, holds: Callable[[dict[str, Any]], object]) -> None:
        until = time.monotonic() + SOON_S
        while not holds(look := self.look()):
            assert time.monotonic() < until, look.get("pay")
            time.sleep(0.05)


# What leaves a till. Whoever adds a way out of it (a broker, a cloud, another file) adds a function
# here that brings what left into the day's folder; `test_canary.py` searches all of it.


def exported(day: Day) -> None:
    """The journal's facts in plain text: its file holds them packed."""
    day.till("journal", "export", day.folder / "facts.jsonl")


def backed_up(day: Day) -> None:
    day.till("backup", day.folder / "copy.journal")


def told_to_people(day: Day) -> None:
    words = (["payments", "list"], ["report", "signals"], ["journal", "tail", "-n", "1000"])
    said = [day.till(*it) for it in words]
    (day.folder / "told.txt").write_text("\n".join(said), encoding="utf-8")


def sent_for_help(day: Day) -> None:
    path = day.folder / "support.tar.gz"
    day.till("support-bundle", path, "--log", day.folder / "till.log")
    with tarfile.open(path) as bundle:
        bundle.extractall(day.folder, filter="data")


def told_to_the_fleet(day: Day) -> None:
    """Every message of MQTT as it travels, and unpacked; the till's agent over a real broker."""
    settings = load(day.folder / "shop.toml")
    journal = Journal.open(day.folder / "data" / "journal.db", settings.till.id)
    with Broker(day.folder) as broker, Collector(broker.port) as fleet:
        with agent_of(journal, broker.url):
            fleet.wait(lambda: fleet.rows == hashes(journal), SOON_S)
        with (day.folder / "mqtt.bin").open("wb") as file:
            for topic, payload in fleet.messages:
                packed = payload.startswith(b"\x1f\x8b")
                plain = gzip.decompress(payload) if packed else b""
                file.write(b"\n".join((topic.encode(), payload, plain, b"")))
    journal.close()


LEAVES: tuple[Callable[[Day], None], ...] = (
    exported,
    backed_up,
    told_to_people,
    sent_for_help,
    told_to_the_fleet,
)


def play(folder: Path, names: Iterable[str], *, contact: bool = False) -> Day:
    """names: of proof's drivers, of one currency. contact: a chip card reader is there, too."""
    (folder / "data").mkdir()
    shelf(folder / "data").close()
    with ExitStack() as stack:
        ports = dict(_ports(stack, folder, names))
        tables = [it for _, _, it, _ in ports.values()]
        if contact:
            chip = stack.enter_context(_chip_reader(folder))
            ports["chip"] = chip
            tables.append(chip[2])
        tags = free_port()
        tables.append(
            '[[devices]]\nname = "tags"\ncategory = "ContactlessReader"\ndriver = "nfcpy"\n'
            f'path = "udp:127.0.0.1:{tags}"\nkinds = "106A"\n'
        )
        currency = "EUR" if "ecr17" in ports else "UAH"
        config = CONFIG.format(port=f"file://{folder}/paper.bin") + "\n" + "\n".join(tables)
        config = config.replace("[shop]", f'[shop]\ncurrency = "{currency}"')
        (folder / "shop.toml").write_text(config, encoding="utf-8")
        log = stack.enter_context((folder / "till.log").open("wb"))
        day = Day(folder, Counter(folder))
        with running(folder, log=log) as process:
            day.does("sign_in", staff="ivan")
            day.does("open_shift", float_minor=1000_00)
            _people_type(day)
            with Type4Tag(tags, bytes.fromhex("04A1B2C3D4E5F7"), bank_card()):
                day.wait(lambda look: "tag_bank_card" in json.dumps(look))
            for name, (kind, terminal, _, card) in ports.items():
                _pays(day, name, kind, terminal, card)
            process.send_signal(signal.SIGABRT)
            assert process.wait(20) == -signal.SIGABRT
        for leaves in LEAVES:
            leaves(day)
    return day


Port = tuple[str, Terminal, str, Callable[[], AbstractContextManager[object]]]
"""The kind of money, the simulated terminal, its tables, and a card held to the till's reader."""


def _ports(stack: ExitStack, folder: Path, names: Iterable[str]) -> Iterator[tuple[str, Port]]:
    for name in names:
        driver = DRIVERS[name]
        terminal = stack.enter_context(driver.terminal())  # type: ignore[var-annotated]
        cable = stack.enter_context(driver.cable(terminal.port, folder))
        radio = free_port()
        devices = driver.devices(folder / "data", radio)
        kind = "qr" if name == "mono" else "card"
        options = driver.options(cable.address, folder)
        if name.startswith("zvt"):
            options += "\nprints_on_till = true"
        table = f'[[payments]]\nname = "{name}"\ntype = "{kind}"\n{options}\n\n{devices}'
        yield name, (kind, terminal, table, driver.card(radio))


@contextmanager
def _chip_reader(folder: Path) -> Iterator[Port]:
    """The shop's own card in the slot of a reader that pcscd knows."""
    initial = aes.initial_key(BDK, aes.Serial.read(CHIP_KSN))
    load_key(folder / "data", "slot", CardKey("aes", CHIP_KSN, initial))
    ca_key.load(folder / "data", closed_loop.CA_LINE)
    with ClosedLoopHost() as host:
        chip = pcsc.ChipCard(chip_card().transmit)
        chip.insert()
        try:
            table = (
                '[[payments]]\nname = "chip"\ntype = "card"\ndriver = "closed_loop"\n'
                f'url = "socket://127.0.0.1:{host.port}"\nterminal = "KRAM0002"\n'
                f'reader = "slot"\nledger = "{folder / "chip.db"}"\ncard_s = 10\n'
                '\n[[devices]]\nname = "slot"\ncategory = "SmartCardReader"\ndriver = "pcsc"\n'
                f'reader = "{pcsc.READER}"\naid = "{AID.hex()}"\n'
            )
            yield "card", host, table, nullcontext
        finally:
            chip.pull()


def bank_card() -> Card:
    """A scheme's card: the till must refuse it, whatever it would say."""
    entry = tlv("61", tlv("4F", BANK_AID), tlv("87", b"\x01"))
    track = bytes.fromhex(f"{FIRST}D2612201".ljust(32, "0"))
    return Card(
        {PPSE: fci(PPSE, inside=tlv("BF0C", entry)), BANK_AID: fci(BANK_AID, "Bank")},
        {(BANK_AID, 1, 1): tlv("70", tlv("57", track), tlv("5A", bytes.fromhex(FIRST)))},
    )


def _people_type(day: Day) -> None:
    for typed in TYPED:
        day.does("move_cash", direction="pay_out", amount_minor=1_00, reason=typed)
        day.does("sell_item", item="milk")
        day.does("suspend_sale", name=typed)
        day.does("recall_sale", sale=day.look()["suspended"][0]["sale"])
        day.does("void_sale", reason=typed)
    day.counter.refusal("scan", code=FIRST)  # swiped at a keyboard's reader; the screen forgets it
    day.counter.does("never_mind")


def _pays(
    day: Day,
    name: str,
    kind: str,
    terminal: Terminal,
    card: Callable[[], AbstractContextManager[object]],
) -> None:
    """Approved, declined (then in cash), and given back after the customer left."""
    for mood in ("approve", "decline"):
        terminal.next.append(Temper(mood))  # type: ignore[arg-type]
        day.does("sell_item", item="milk")
        with card():
            day.does("ask_tender", type=kind, port=name)
            day.answered("tender_cash")
    day.does("sell_item", item="milk")
    day.does("sell_item", item="bread")
    with card():
        day.does("ask_tender", type=kind, port=name, amount_minor=10_00)
        day.answered("give_up_sale", reason=TYPED[1])
    day.wait(lambda look: _is_given_back(day, look))
    assert terminal.ledger, name


def _is_given_back(day: Day, look: dict[str, Any]) -> bool:
    """By the terminal; where it says no, a person writes down that it was done by hand."""
    for job in _open(look):
        named = {"sale": job["sale"], "tender": job["tender"]}
        ask(day.counter.socket, {"command": "close_reversal", **named, "reason": TYPED[2]})
    return not _open(look)


def _open(look: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = look.get("pay", {}).get("open", [])
    return found


@contextmanager
def chip_service(folder: Path) -> Iterator[None]:
    """A pcscd of our own, or the test is skipped."""
    try:
        with pcsc.alone(folder):
            yield
    except pcsc.Unavailable as why_not:
        pytest.skip(str(why_not))
