"""What can be set, with a default that sells for each; `config/default.toml` shows all of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from appliance.config.accounts import Cards, Loyalty
from appliance.config.barcodes import Barcodes
from appliance.config.country import Country
from appliance.config.denominations import known
from appliance.config.drawers import Drawer
from appliance.config.fleet import Fleet
from appliance.config.hub import Hub
from appliance.config.mistakes import Key, Source, did_you_mean
from appliance.config.passes import Passes
from appliance.config.payments import Charge, Foreign, Payment, Tips
from appliance.config.people import Hours, OwnRole, Person, Signals
from appliance.config.returns import Returns
from appliance.config.rules import Flag, Section, Text, Whole, Word, after, before, limits, others
from appliance.config.stock import Stock
from appliance.core.barcode import REGIONS
from appliance.core.devices import Category
from appliance.core.facts import TenderType
from appliance.core.iso4217 import MINOR_UNIT_DECIMALS
from appliance.core.money import to_minor
from appliance.core.policy import AutoPrint
from appliance.core.pricing.model import RoundingMode, TaxRounding


class Language(StrEnum):
    UK = "uk"
    EN = "en"


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"


class Coin(StrEnum):
    """What a denomination is made of."""

    NOTE = "note"
    COIN = "coin"


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        said = "a list" if isinstance(value, list) else f'"{value}"'
        # pydantic collects ValueErrors alone.
        raise ValueError(  # noqa: TRY004
            f"must be a number without quotes, with a point: 12.50, not {said}"
        )
    if not Decimal(value).is_finite():
        raise ValueError("must be a finite number")
    return value


def _currency(value: str) -> str:
    if value not in MINOR_UNIT_DECIMALS:
        near = _near_name(value, sorted(MINOR_UNIT_DECIMALS), ", use three letters like UAH")
        raise ValueError(f'"{value}" is no ISO 4217 currency{near}')
    return value


def _timezone(value: str) -> str:
    if not _is_zone(value):
        near = _near_name(value, sorted(available_timezones()), ", write it like Europe/Kyiv")
        raise ValueError(f'"{value}" is no time zone{near}')
    return value


def _is_zone(value: str) -> bool:
    """Asks for the one zone: a list of all is a walk over the disk at every start."""
    try:
        ZoneInfo(value)
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return False
    # Copies of the same zones, the latter half a minute off: they count leap seconds.
    return not value.startswith(("posix/", "right/"))


def _near_name(value: str, known: Sequence[str], otherwise: str) -> str:
    """A hint for names that have capital letters."""
    import difflib

    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(value.lower(), by_lower, n=1)
    return f", did you mean `{by_lower[near[0]]}`?" if near else otherwise


def _region(value: str) -> str:
    if value not in REGIONS:
        raise ValueError(f'"{value}" is not possible{did_you_mean(value, REGIONS)}')
    return value


def _colour(value: str) -> str:
    if value and (len(value) != 6 or set(value.upper()) - set("0123456789ABCDEF")):
        raise ValueError(f'must be six hexadecimal digits like "B56B96", not "{value}"')
    return value.upper()


Number = Annotated[Decimal, before(_number)]
Amount = Annotated[Number, limits(ge=0)]
Colour = Annotated[Text, after(_colour)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop(Section):
    """tax_id: ІПН, EDRPOU or VAT number, as the receipt shall show it."""

    name: Word = "Крамниця"
    legal_name: Text = ""
    tax_id: Text = ""
    address: tuple[Text, ...] = ()
    currency: Annotated[Text, after(_currency)] = "UAH"
    language: Language = Language.UK
    timezone: Annotated[Text, after(_timezone)] = "Europe/Kyiv"
    receipt_header: tuple[Text, ...] = ()
    receipt_footer: tuple[Text, ...] = ("Дякуємо за покупку!",)
    logo: Path | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def given_folder() -> Path | None:
    """The data folder that systemd keeps for the till, where it started it."""
    given = os.environ.get("STATE_DIRECTORY")
    return Path(given.split(":")[0]) if given else None


def usual_folder() -> Path:
    """Where systemd says, else where the appliance keeps its data, else in the person's home."""
    if given := given_folder():
        return given
    system = Path("/var/lib/kram")
    if os.access(system, os.W_OK):
        return system
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "kram"


@dataclass(frozen=True, slots=True, kw_only=True)
class Till(Section):
    """number: 1 is "Каса 1"; it starts each receipt's number. Screen sizes in pixels."""

    number: Annotated[Whole, limits(ge=1, le=999)] = 1
    name: Word = "Каса 1"
    data_dir: Path = field(default_factory=usual_folder)
    theme: Theme = Theme.LIGHT
    screen_width: Annotated[Whole, limits(ge=480, le=7680)] = 1024
    screen_height: Annotated[Whole, limits(ge=400, le=7680)] = 600
    fullscreen: Flag = True
    sounds: Flag = True
    lock_after_s: Annotated[Whole, limits(ge=0, le=86_400)] = 600

    @property
    def id(self) -> str:
        """How the journal names this till."""
        return f"till-{self.number}"

    @property
    def socket(self) -> Path:
        """Where a running till listens for commands of this machine."""
        return Path(self.data_dir) / "till.sock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices(Section):
    """tax_table: two letters of a file in config/taxes, whose rates hold by date; "" for none."""

    include_tax: Flag = True
    tax_rounding: TaxRounding = TaxRounding.LINE
    region: Annotated[Text, after(_region)] = "ua"
    tax_table: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax(Section):
    """rate: percent. amount: fixed, per 1 of quantity. included: None is as [prices] says. waived:
    an exempt customer owes it not."""

    name: Text = ""
    letter: Annotated[Text, limits(max_length=2)] = ""
    rate: Annotated[Number, limits(ge=0, le=1000)] | None = None
    amount: Amount | None = None
    included: Flag | None = None
    compound: Flag = False
    waived: Flag = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Denomination(Section):
    value: Annotated[Number, limits(gt=0)]
    kind: Coin = Coin.NOTE
    colour: Colour = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cash(Section):
    """rounding_step: the smallest coin that change is given in, 0 for none. foreign: notes of other
    currencies that are taken. Above drawer_max notes should go to the safe, down to drawer_target;
    0 is never. drawers: of a till that has several."""

    rounding_step: Amount = Decimal(0)
    rounding_mode: RoundingMode = RoundingMode.HALF_UP
    denominations: tuple[Denomination, ...] | None = None
    blind_count: Flag = True
    opening_float: Amount = Decimal(0)
    drawer_left_open_s: Annotated[Whole, limits(ge=1, le=3600)] = 60
    drawer_max: Amount = Decimal(0)
    drawer_target: Amount = Decimal(0)
    drawers: tuple[Drawer, ...] = ()
    foreign: tuple[Foreign, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Section):
    width_mm: Literal[58, 80] = 80
    auto_print: AutoPrint = AutoPrint.ALWAYS
    qr: Flag = True
    template: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sell(Section):
    """quantity_max and total_max catch a barcode typed as a number, change_max a slip in the amount
    taken. hours: when goods of a category may be sold. tenders: what is taken and given back."""

    quantity_max: Annotated[Number, limits(gt=0, le=999_999)] = Decimal(99_999)
    total_max: Annotated[Number, limits(gt=0, le=100_000_000)] = Decimal(10_000_000)
    change_max: Annotated[Number, limits(gt=0, le=10_000_000)] = Decimal(20_000)
    suspended_max: Annotated[Whole, limits(ge=0, le=999)] = 99
    tenders: Annotated[tuple[TenderType, ...], limits(min_length=1)] = tuple(TenderType)
    hours: dict[str, tuple[Hours, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(Section):
    """The three keys that every device has; the rest is its driver's own, and the driver judges."""

    name: Word
    category: Category
    driver: Word
    options: dict[str, Any] = field(default_factory=dict)

    def table(self) -> dict[str, object]:
        """All keys as plain values; a driver's decimals are seconds and the like, never money."""
        options = {
            key: float(value) if isinstance(value, Decimal) else value
            for key, value in self.options.items()
        }
        fixed = {"name": self.name, "category": self.category.value, "driver": self.driver}
        return {**fixed, **options}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections(Section):
    """Everything that a shop can set, as its file says it."""

    shop: Shop = field(default_factory=Shop)
    till: Till = field(default_factory=Till)
    prices: Prices = field(default_factory=Prices)
    barcodes: Barcodes = field(default_factory=Barcodes)
    taxes: dict[str, Tax] = field(default_factory=dict)
    cash: Cash = field(default_factory=Cash)
    receipt: Receipt = field(default_factory=Receipt)
    sell: Sell = field(default_factory=Sell)
    returns: Returns = field(default_factory=Returns)
    cards: Cards = field(default_factory=Cards)
    passes: Passes = field(default_factory=Passes)
    loyalty: Loyalty = field(default_factory=Loyalty)
    staff: tuple[Person, ...] = (Person(id="1", name="Каса", role="manager"),)
    roles: dict[str, OwnRole] = field(default_factory=dict)
    signals: Signals = field(default_factory=Signals)
    stock: Stock = field(default_factory=Stock)
    fleet: Fleet = field(default_factory=Fleet)
    hub: Hub = field(default_factory=Hub)
    payments: tuple[Annotated[Payment, others("name", "type", "driver")], ...] = ()
    tips: Tips = field(default_factory=Tips)
    service_charge: Charge = field(default_factory=Charge)
    device_tables: tuple[Annotated[Device, others("name", "category", "driver")], ...] = field(
        default=(), metadata={"alias": "devices"}
    )

    @property
    def devices(self) -> tuple[Mapping[str, object], ...]:
        """One table for each configured device, as `drivers.registry.create` takes it."""
        return tuple(device.table() for device in self.device_tables)

    @property
    def denominations(self) -> tuple[Denomination, ...]:
        """The shop's notes and coins: as it names them, else its currency's."""
        if self.cash.denominations is not None:
            return self.cash.denominations
        return tuple(
            Denomination(
                value=it.value, kind=Coin.NOTE if it.is_note else Coin.COIN, colour=it.colour
            )
            for it in known(self.shop.currency)
        )

    def minor(self, amount: Decimal) -> int:
        """An amount of these settings in minor units; `load` saw to it that it has a whole number."""
        return to_minor(amount, self.shop.currency)

    def located(self, folder: Path) -> Sections:
        """The same with relative paths made whole from the folder of their file."""

        def whole(path: Path | None) -> Path | None:
            return None if path is None else folder / path.expanduser()

        return replace(
            self,
            shop=replace(self.shop, logo=whole(self.shop.logo)),
            till=replace(self.till, data_dir=folder / self.till.data_dir.expanduser()),
            passes=self.passes.located(folder),
            receipt=replace(self.receipt, template=whole(self.receipt.template)),
        )

    def shown(self) -> dict[str, Any]:
        """Plain values under the names that they have in a file."""
        said = {it.name for it in fields(Sections)} - {"device_tables"}
        plain = {name: it for name, it in asdict(self).items() if name in said}
        payments = [it.table() for it in self.payments]
        return plain | {"payments": payments, "devices": list(self.devices)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Sections):
    """What a shop has set. source: where it says so. given: the keys that somebody wrote. country:
    what `prices.tax_table` names."""

    source: Source = field(default=Source("the default settings", {}), repr=False)
    given: frozenset[Key] = field(default_factory=frozenset)
    country: Country | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls, said: Sections, source: Source, given: frozenset[Key], country: Country | None
    ) -> Settings:
        sections = {it.name: getattr(said, it.name) for it in fields(said)}
        return cls(**sections, source=source, given=given, country=country)

    @property
    def file(self) -> str:
        """Where they came from, as people call it."""
        return self.source.file

    def say(self, path: Key, sentence: str) -> str:
        """A mistake that only its user could see, with file and line: a driver's option."""
        return self.source.say(path, sentence)
