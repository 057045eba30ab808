"""What can be set, with a default that sells for each; `config/default.toml` shows all of it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StrictBool,
    StrictInt,
    StrictStr,
)

from appliance.config.accounts import Cards, Loyalty
from appliance.config.barcodes import Barcodes
from appliance.config.denominations import known
from appliance.config.drawers import Drawer
from appliance.config.fleet import Fleet
from appliance.config.hub import Hub
from appliance.config.lines import Key
from appliance.config.mistakes import Source, did_you_mean
from appliance.config.passes import Passes
from appliance.config.payments import Charge, Foreign, Payment, Tips
from appliance.config.people import Hours, OwnRole, Person, Signals
from appliance.config.returns import Returns
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


def _word(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value


Number = Annotated[Decimal, BeforeValidator(_number)]
Amount = Annotated[Number, Field(ge=0)]
Text = StrictStr
Word = Annotated[StrictStr, AfterValidator(_word)]
Colour = Annotated[StrictStr, AfterValidator(_colour)]
Flag = StrictBool
Whole = StrictInt


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Shop(Section):
    """tax_id: ІПН, EDRPOU or VAT number, as the receipt shall show it."""

    name: Word = "Крамниця"
    legal_name: Text = ""
    tax_id: Text = ""
    address: tuple[Text, ...] = ()
    currency: Annotated[StrictStr, AfterValidator(_currency)] = "UAH"
    language: Language = Language.UK
    timezone: Annotated[StrictStr, AfterValidator(_timezone)] = "Europe/Kyiv"
    receipt_header: tuple[Text, ...] = ()
    receipt_footer: tuple[Text, ...] = ("Дякуємо за покупку!",)
    logo: Path | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def _state_directory() -> Path:
    """Where systemd says, else where the appliance keeps its data, else in the person's home."""
    if given := os.environ.get("STATE_DIRECTORY"):
        return Path(given.split(":")[0])
    system = Path("/var/lib/kram")
    if os.access(system, os.W_OK):
        return system
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "kram"


class Till(Section):
    """number: 1 is "Каса 1"; it starts each receipt's number. Screen sizes in pixels."""

    number: Annotated[Whole, Field(ge=1, le=999)] = 1
    name: Word = "Каса 1"
    data_dir: Path = Field(default_factory=_state_directory)
    theme: Theme = Theme.LIGHT
    screen_width: Annotated[Whole, Field(ge=480, le=7680)] = 1024
    screen_height: Annotated[Whole, Field(ge=400, le=7680)] = 600
    fullscreen: Flag = True
    sounds: Flag = True
    lock_after_s: Annotated[Whole, Field(ge=0, le=86_400)] = 600

    @property
    def id(self) -> str:
        """How the journal names this till."""
        return f"till-{self.number}"

    @property
    def socket(self) -> Path:
        """Where a running till listens for commands of this machine."""
        return Path(self.data_dir) / "till.sock"


class Prices(Section):
    """tax_table: two letters of a file in config/taxes, whose rates hold by date; "" for none."""

    include_tax: Flag = True
    tax_rounding: TaxRounding = TaxRounding.LINE
    region: Annotated[StrictStr, AfterValidator(_region)] = "ua"
    tax_table: Text = ""


class Tax(Section):
    """rate: percent. amount: fixed, per 1 of quantity. included: None is as [prices] says. waived:
    an exempt customer owes it not."""

    name: Text = ""
    letter: Annotated[StrictStr, Field(max_length=2)] = ""
    rate: Annotated[Number, Field(ge=0, le=1000)] | None = None
    amount: Amount | None = None
    included: Flag | None = None
    compound: Flag = False
    waived: Flag = False


class Denomination(Section):
    value: Annotated[Number, Field(gt=0)]
    kind: Coin = Coin.NOTE
    colour: Colour = ""


class Cash(Section):
    """rounding_step: the smallest coin that change is given in, 0 for none. foreign: notes of other
    currencies that are taken. Above drawer_max notes should go to the safe, down to drawer_target;
    0 is never. drawers: of a till that has several."""

    rounding_step: Amount = Decimal(0)
    rounding_mode: RoundingMode = RoundingMode.HALF_UP
    denominations: tuple[Denomination, ...] | None = None
    blind_count: Flag = True
    opening_float: Amount = Decimal(0)
    drawer_left_open_s: Annotated[Whole, Field(ge=1, le=3600)] = 60
    drawer_max: Amount = Decimal(0)
    drawer_target: Amount = Decimal(0)
    drawers: tuple[Drawer, ...] = ()
    foreign: tuple[Foreign, ...] = ()


class Receipt(Section):
    width_mm: Literal[58, 80] = 80
    auto_print: AutoPrint = AutoPrint.ALWAYS
    qr: Flag = True
    template: Path | None = None


class Sell(Section):
    """quantity_max and total_max catch a barcode typed as a number, change_max a slip in the amount
    taken. hours: when goods of a category may be sold. tenders: what is taken and given back."""

    quantity_max: Annotated[Number, Field(gt=0, le=999_999)] = Decimal(99_999)
    total_max: Annotated[Number, Field(gt=0, le=100_000_000)] = Decimal(10_000_000)
    change_max: Annotated[Number, Field(gt=0, le=10_000_000)] = Decimal(20_000)
    suspended_max: Annotated[Whole, Field(ge=0, le=999)] = 99
    tenders: Annotated[tuple[TenderType, ...], Field(min_length=1)] = tuple(TenderType)
    hours: dict[str, tuple[Hours, ...]] = Field(default_factory=dict)


class Device(BaseModel):
    """The three keys that every device has; the rest is its driver's own, and the driver judges."""

    model_config = ConfigDict(frozen=True, extra="allow")

    name: Word
    category: Category
    driver: Word

    def table(self) -> dict[str, object]:
        """All keys as plain values; a driver's decimals are seconds and the like, never money."""
        options = {
            key: float(value) if isinstance(value, Decimal) else value
            for key, value in (self.model_extra or {}).items()
        }
        fixed = {"name": self.name, "category": self.category.value, "driver": self.driver}
        return {**fixed, **options}


class Settings(Section):
    """Everything that a shop can set."""

    shop: Shop = Shop()
    till: Till = Field(default_factory=Till)
    prices: Prices = Prices()
    barcodes: Barcodes = Barcodes()
    taxes: dict[str, Tax] = Field(default_factory=dict)
    cash: Cash = Cash()
    receipt: Receipt = Receipt()
    sell: Sell = Sell()
    returns: Returns = Returns()
    cards: Cards = Cards()
    passes: Passes = Passes()
    loyalty: Loyalty = Loyalty()
    staff: tuple[Person, ...] = (Person(id="1", name="Каса", role="manager"),)
    roles: dict[str, OwnRole] = Field(default_factory=dict)
    signals: Signals = Signals()
    stock: Stock = Stock()
    fleet: Fleet = Fleet()
    hub: Hub = Hub()
    payments: tuple[Payment, ...] = ()
    tips: Tips = Tips()
    service_charge: Charge = Charge()
    device_tables: tuple[Device, ...] = Field(default=(), alias="devices")

    _source: Source = PrivateAttr(default_factory=lambda: Source("the default settings", {}))

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

    @property
    def file(self) -> str:
        """Where they came from, as people call it."""
        return self._source.file

    def say(self, path: Key, sentence: str) -> str:
        """A mistake that only its user could see, with file and line: a driver's option."""
        return self._source.say(path, sentence)

    def located(self, source: Source, folder: Path) -> Settings:
        """The same settings, knowing their file, with relative paths made whole from its folder."""

        def whole(path: Path | None) -> Path | None:
            return None if path is None else folder / path.expanduser()

        found = self.model_copy(
            update={
                "shop": self.shop.model_copy(update={"logo": whole(self.shop.logo)}),
                "till": self.till.model_copy(update={"data_dir": whole(self.till.data_dir)}),
                "passes": self.passes.located(folder),
                "receipt": self.receipt.model_copy(
                    update={"template": whole(self.receipt.template)}
                ),
            }
        )
        found._source = source
        return found
