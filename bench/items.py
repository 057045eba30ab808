"""Make any number of realistic items, the same ones every time: for benchmarks and large tests."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from appliance.core.item import Item, ItemId, Unit

_GOODS = """Молоко Кефір Йогурт Сметана Сир Масло Хліб Батон Булочка Печиво Вафлі Шоколад Цукерки
Батончик Кава Чай Какао Сік Вода Лимонад Квас Пиво Вино Горілка Ковбаса Сосиски Шинка Паштет
Консерви Горошок Кукурудза Огірки Помідори Гречка Рис Макарони Борошно Цукор Сіль Олія Майонез
Кетчуп Соус Приправа Мило Шампунь Порошок Засіб Папір Серветки Корм Іграшка Зошит Ручка Батарейки
Лампа Кабель Чохол Рушник Шкарпетки Футболка Чашка Тарілка Сковорода Каструля Ніж Губка Свічка
Coffee Tea Chocolate Cream Soap Shampoo Juice Cookies Chips Snack Toy Notebook""".split()
_KINDS = """вершковий ванільний полуниця персик чорниця яблуко лимон апельсин класичний домашній
ніжний міцний легкий темний світлий білий чорний червоний зелений синій солодкий солоний гострий
копчений варений сушений мелений розчинний в зернах дитячий преміум еко органічний з горіхами
з родзинками без цукру безлактозний фермерський карпатський київський львівський одеський mild
strong original light extra gold classic fresh soft vanilla mint berry""".split()
_SYLLABLES = """ба бе бо ва ве ви га го да до жа за зе ка ко ку ла ле лі ло ма ме мо на не но ра ре
ро са се со та те то фа хо ша ля ня ря сан вер гал кор лан мар нор пан рос сол тер віт яр""".split()
_LATIN_SYLLABLES = """ba be bo ca co da de di fa fe ga go la le li lo ma me mi mo na ne no pa pe
ra re ro sa se so ta te to va ve vi zo lux mar nor pan ros sol ter vit""".split()
_SIZES = """50 г|70 г|90 г|100 г|120 г|150 г|180 г|200 г|250 г|300 г|350 г|400 г|450 г|500 г|800 г
|900 г|1 кг|2 кг|0,33 л|0,5 л|0,75 л|0,95 л|1 л|1,5 л|2 л|200 мл|250 мл|500 мл|900 мл|2,5 % 900 мл
|3,2 % 1 л|10 шт|20 шт|6 шт|S|M|L|XL|№1|№2|№3""".replace("\n", "").split("|")


def items(count: int, seed: int = 1) -> Iterator[Item]:
    """GTINs are valid and different, spread over the whole range as bought goods' are."""
    chance = random.Random(seed)  # the same goods every time
    brands = _brands(chance, max(200, min(count // 50, 20_000)))
    categories = [f"Група {n}" for n in range(1, 41)]
    for number in range(count):
        goods, brand = chance.choice(_GOODS), chance.choice(brands)
        kind, size = chance.choice(_KINDS), chance.choice(_SIZES)
        # A prime stride visits every number once, in no order.
        body = f"{482 if number % 4 else 590}{number * 700_000_001 % 10**9:09d}"
        weighed = number % 50 == 0
        yield Item(
            id=ItemId(f"{100_000 + number}"),
            name=f"{goods} «{brand}» {kind} {size}",
            price_minor=chance.randrange(500, 90_000, 10),
            unit=Unit.KILOGRAM if weighed else Unit.PIECE,
            gtins=("0" + body + _check_digit(body),),
            plu=str(1 + number // 50) if weighed and number < 5_000_000 else "",
            taxes=("VAT20",),
            category=categories[number % 40],
        )


def entries(count: int, seed: int = 1) -> Iterator[Item]:
    return (replace(item, cost_minor=item.price_minor * 7 // 10) for item in items(count, seed))


def write_csv(path: Path, count: int, seed: int = 1) -> None:
    """The price list that the import benchmark reads, as a spreadsheet program would save it."""
    with path.open("w", encoding="utf-8") as out:
        out.write("Артикул;Назва;Ціна;Од.;Штрихкод;PLU;Податки;Категорія;Залишок\n")
        for item in items(count, seed):
            price = f"{item.price_minor // 100},{item.price_minor % 100:02d}"
            unit = "кг" if item.unit is Unit.KILOGRAM else "шт"
            out.write(
                f"{item.id};{item.name};{price};{unit};{item.gtins[0][1:]};{item.plu};"
                f"VAT20;{item.category};{item.price_minor % 97}\n"
            )


def mistype(word: str, chance: random.Random) -> str:
    """One slip of the finger: a letter left out, doubled, swapped with its neighbour or wrong."""
    at = chance.randrange(1, len(word) - 1)
    slip = chance.randrange(4)
    if slip == 0:
        return word[:at] + word[at + 1 :]
    if slip == 1:
        return word[:at] + chance.choice("аеиоурнтс") + word[at:]
    if slip == 2:
        return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    return word[:at] + chance.choice("аеиоурнтс") + word[at + 1 :]


def _brands(chance: random.Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = _SYLLABLES if chance.random() < 0.7 else _LATIN_SYLLABLES
        found["".join(chance.choices(syllables, k=chance.randint(2, 4))).capitalize()] = None
    return list(found)


def _check_digit(body: str) -> str:
    digits = body.encode()
    total = sum(digits[0::2]) + 3 * sum(digits[1::2]) - 48 * 24
    return str(-total % 10)
