"""What the first-run pages know of a till that nobody has set up yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event
from typing import Any, Protocol


class Page(StrEnum):
    """In the order they are asked."""

    LANGUAGE = "language"
    NAME = "name"
    TAXES = "taxes"
    NUMBER = "number"
    DEVICES = "devices"
    NETWORK = "network"
    FLEET = "fleet"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was said so far, with defaults that sell. country: two letters. devices: `[[devices]]`
    tables. fleet: the section [fleet], once the till was let in."""

    language: str = "uk"
    name: str = ""
    country: str = "ua"
    vat: bool = False
    number: int = 1
    devices: tuple[Mapping[str, Any], ...] = ()
    fleet: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CountryRow:
    """code: two letters. name: as people there call it; name_en in English."""

    code: str
    name: str
    name_en: str
    currency: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A device that is plugged in, and what would make the till use it. category: a word of
    UnifiedPOS. node: where it is, for people. sure: it is taken unless the person says otherwise."""

    key: str
    name: str
    category: str
    node: str
    sure: bool
    table: Mapping[str, Any]


class Setup(Protocol):
    """The answers, kept over a power cut. Verbs that say so may wait: a worker calls them."""

    @property
    def answers(self) -> Answers: ...

    @property
    def page(self) -> Page: ...

    @property
    def pages(self) -> Sequence[Page]:
        """Those that are asked here; the last is READY."""

    @property
    def countries(self) -> Sequence[CountryRow]: ...

    def notice(self, language: str) -> Sequence[str]:
        """What first boot has to say: a provisioning file that was wrong."""

    def put(self, page: Page, **answers: Any) -> None:
        """Keeps answers, and which page is up next."""

    def proposals(self) -> Sequence[Proposal]:
        """What is plugged in now. May wait."""

    def pair(self, server: str, show: Callable[[str, str], None], given_up: Event) -> str:
        """Joins a fleet; "" once it is let in, else why not, as a message id. show: is told the code and the page that
        a manager opens. May wait a quarter of an hour."""

    def finish(self) -> str:
        """Writes the settings; "" when they stand, else what is wrong."""

    def begin(self) -> None:
        """Ends the pages; the till starts with its settings."""
