"""Recognise a price list's columns by their headings, in Ukrainian, English and Russian.

The headings are those of spreadsheets people keep by hand and of the exports of Loyverse, Square,
Open Source POS, Odoo, 1C/BAS and Torgsoft.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum


class Column(StrEnum):
    SKU = "sku"
    NAME = "name"
    VARIANT = "variant"
    PRICE = "price"
    UNIT = "unit"
    WEIGHED = "weighed"
    GTIN = "gtin"
    PLU = "plu"
    TAXES = "taxes"
    CATEGORY = "category"
    COLOUR = "colour"
    PICTURE = "picture"
    DISCOUNTABLE = "discountable"
    OPEN_PRICE = "open_price"
    AGE_MIN = "age_min"
    COST = "cost"
    COMPONENTS = "components"
    PARENT = "parent"
    DEPOSIT = "deposit"
    TARE = "tare_kg"
    MIN_PRICE = "min_price"
    SUPPLIER = "supplier"
    STOCK_POLICY = "stock_policy"
    TRACKING = "tracking"
    REORDER_POINT = "reorder_point"
    REORDER_TO = "reorder_to"
    QUANTITY_MAX = "quantity_max"
    NEEDS_MANAGER = "needs_manager"
    SALE_HOURS = "sale_hours"
    CHOICES = "choices"
    SERVICE = "service"
    UKTZED = "uktzed"
    CONTENT = "content"
    STOCK = "stock"
    QUANTITY_MIN = "quantity_min"


# The first heading of a row that is in the file wins over the later ones: a file with
# "Retail price" and "Price" means the former by what a customer pays.
_HEADINGS: dict[Column, str] = {
    Column.SKU: """sku|артикул|internal reference|код товару|код товара|item code|item id|product code
        |handle|артикул товара|артикул товару|внутрішній код|код номенклатури|код|code|token|id|ref
        |reference|номер товару""",
    Column.NAME: """name|назва|item name|найменування|номенклатура|наименование|product name|название
        |назва товару|найменування товару|наименование товара|товар|product|item|display name
        |назва позиції|title|опис товару|description|опис""",
    Column.VARIANT: """variant|variation name|variant name|option 1 value|варіант|вариант""",
    Column.PRICE: """price|роздрібна ціна|ціна роздрібна|розничная цена|цена розничная|retail price
        |selling price|ціна продажу|цена продажи|sales price|sale price|unit price|default price
        |ціна|цена|ціна за одиницю|ціна з пдв|цена с ндс|list price|lst price|public price
        |price incl tax|ціна реалізації|ціна продажна""",
    Column.UNIT: """unit|одиниця|одиниця виміру|од вим|од виміру|од|единица измерения|ед изм|ед|uom
        |unit of measure|базова одиниця|базовая единица|базова одиниця виміру|оди""",
    Column.WEIGHED: """sold by weight|ваговий|вагові|весовой|weighed|by weight|ваговий товар""",
    Column.GTIN: """gtin|barcode|штрихкод|штрих код|ean|ean13|ean 13|upc|баркод|bar code|barcodes
        |код ean|штрихкоди|штрих коди|upc ean isbn|gtin upc""",
    Column.PLU: """plu|плу|код plu|код плу|plu code|код для ваг|код на вагах|scale code""",
    Column.TAXES: """taxes|tax|податки|податок|пдв|ставка пдв|ндс|ставка ндс|vat|tax code|vat rate
        |customer taxes|податкова група|налоговая группа|tax 1 name|група пдв|літера пдв""",
    Column.CATEGORY: """category|категорія|група|категория|группа|product category|group|група товарів
        |группа товаров|reporting category|point of sale category|pos category|категорія товару
        |товарна група|department|вид номенклатури|номенклатурна група""",
    Column.COLOUR: """colour|color|колір|цвет""",
    Column.PICTURE: """picture|image|зображення|картинка|фото|item image|изображение|малюнок""",
    Column.DISCOUNTABLE: """discountable|знижка дозволена|дозволена знижка|знижки|discount allowed
        |скидка разрешена""",
    Column.OPEN_PRICE: """open price|вільна ціна|открытая цена|свободная цена|variable price""",
    Column.AGE_MIN: """age min|вік|вік від|minimum age|возраст|min age|age|age restriction
        |мінімальний вік""",
    Column.COST: """cost|собівартість|cost price|закупівельна ціна|ціна закупки|ціна закупівлі
        |закупочная цена|цена закупки|себестоимость|purchase price|standard price|ціна придбання
        |default unit cost|вхідна ціна|ціна приходу|supplier price""",
    Column.COMPONENTS: """components|склад|комплектація|складові|рецепт|recipe|kit|included items
        |состав|комплект""",
    Column.PARENT: """parent|family|модель|сімейство|артикул моделі|parent sku|variant of|семейство
        |варіант чого""",
    Column.DEPOSIT: """deposit|застава|тара заставна|заставна вартість|deposit sku|залог|залоговая тара
        |артикул застави""",
    Column.TARE: """tare kg|tare|тара|тара кг|вага тари|вес тары|container weight""",
    Column.MIN_PRICE: """min price|minimum price|мінімальна ціна|мін ціна|минимальная цена|lowest price
        |мінімальна роздрібна ціна""",
    Column.SUPPLIER: """supplier|vendor|постачальник|поставщик|default supplier|primary supplier""",
    Column.STOCK_POLICY: """stock policy|продаж без залишку|політика залишку|oversell|sell without stock
        |продажа без остатка""",
    Column.TRACKING: """tracking|облік|облік серій|партійний облік|track by|учет серий""",
    Column.REORDER_POINT: """reorder point|точка замовлення|мінімальний залишок|мін залишок|low stock
        |reorder level|low stock threshold|минимальный остаток|минимальный запас""",
    Column.REORDER_TO: """reorder to|замовляти до|максимальний залишок|optimal stock|макс залишок
        |order up to|заказывать до""",
    Column.QUANTITY_MAX: """quantity max|максимум в чек|не більше в чек|max per sale|limit per sale
        |максимальна кількість""",
    Column.NEEDS_MANAGER: """needs manager|лише з керівником|потрібен керівник|manager only
        |нужен менеджер""",
    Column.SALE_HOURS: """sale hours|години продажу|час продажу|selling hours|часы продажи""",
    Column.CHOICES: """choices|модифікатори|побажання|на вибір|modifiers|модификаторы|options""",
    Column.SERVICE: """service|послуга|услуга|is service|це послуга""",
    Column.UKTZED: """uktzed|уктзед|код уктзед|укт зед|код укт зед|ukt zed|customs code|hs code""",
    Column.CONTENT: """content|net content|вміст|вміст упаковки|маса нетто|об'єм|об єм|содержимое
        |net weight|volume""",
    Column.STOCK: """stock|залишок|in stock|quantity on hand|кількість|остаток|количество|quantity
        |qty|current quantity|к сть|залишки|кінцевий залишок|qty on hand|наявність|on hand
        |конечный остаток|кол во|залишок на складі|stock quantity|вільний залишок""",
    Column.QUANTITY_MIN: """quantity min|від кількості|кількість від|min quantity|from quantity|від
        |мін кількість|minimum quantity|от количества|мин количество|break""",
}

_PUNCTUATION = re.compile(r"[^\w]+|_+")
_BRACKETS = re.compile(r"[\[(].*?[\])]")
# What follows a heading and says nothing about the column: a currency, a shop's name.
_TAIL = re.compile(r"\s+(?:uah|грн|гривень|usd|eur|₴|шт)$")

_KNOWN = {
    heading.strip(): (rank, column)
    for column, headings in _HEADINGS.items()
    for rank, heading in enumerate(headings.split("|"))
}
_PREFIXES = (("current quantity ", Column.STOCK), ("tax ", Column.TAXES))


def plain(heading: str) -> str:
    """Lower case, without brackets, punctuation and currency: "Ціна, грн." is "ціна"."""
    text = _BRACKETS.sub(" ", heading.replace("\ufeff", ""))
    text = _PUNCTUATION.sub(" ", text.lower()).strip()
    return _TAIL.sub("", text)


def recognise(headings: Sequence[str]) -> dict[Column, int]:
    """Where each known column stands; the heading that fits best wins, then the first."""
    best: dict[Column, tuple[int, int]] = {}
    for place, heading in enumerate(headings):
        text = plain(heading)
        known = _KNOWN.get(text)
        if known is None:
            known = next(((99, c) for start, c in _PREFIXES if text.startswith(start)), None)
        if known is None:
            continue
        rank, column = known
        if column not in best or rank < best[column][0]:
            best[column] = (rank, place)
    return {column: place for column, (_, place) in best.items()}


def is_usable(found: dict[Column, int]) -> bool:
    """A list needs something that names the item and something to say about it."""
    keys = {Column.SKU, Column.GTIN, Column.PLU}
    return len(found) >= 2 and bool(keys & set(found))
