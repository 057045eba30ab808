"""What people type and what they mean, in the demo shop and in a large one."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest

from appliance.catalogue.fold import words
from appliance.catalogue.shop_folder import load_shop
from appliance.catalogue.store import Catalogue
from bench.items import entries, items, mistype

DEMO = Path(__file__).resolve().parents[2] / "config" / "demo"

# typed | how the first item's name begins
MEANT = """
молоко | Молоко
МОЛОКО | Молоко
moloko | Молоко
vjkjrj | Молоко
молкоо | Молоко
моолко | Молоко
малако | Молоко
мол 2,6 | Молоко «Яготинське» 2,6
мол 2.6 | Молоко «Яготинське» 2,6
молоко 3,2 | Молоко «Яготинське» 3,2
молоко яг 3.2 | Молоко «Яготинське» 3,2
яготинске молоко | Молоко «Яготинське»
yahotynske moloko | Молоко «Яготинське»
хліб | Хліб
хлеб | Хліб
hlib | Хліб
khlib | Хліб
[ks, | Хліб
дарницкий | Хліб Дарницький
дарницький хліб | Хліб Дарницький
батон | Батон
bfnjy | Батон
banan | Банани
бонани | Банани
баннаи | Банани
яблука | Яблука
yabluka | Яблука
яблоки | Яблука
golden | Яблука Голден
картопля | Картопля
kartoplia | Картопля
rfhnjgkz | Картопля
цибуля | Цибуля
tsybulya | Цибуля
cybulya | Цибуля
цыбуля | Цибуля
яйця | Яйця С1
яйца | Яйця С1
yogurt | Йогурт
jogurt | Йогурт
йогрут | Йогурт
чудо полун | Йогурт «Чудо» полуниця
lavazza | Кава мелена Lavazza Oro
лавацца | Кава мелена Lavazza Oro
lavaza oro | Кава мелена Lavazza Oro
дфмфяяф | Кава мелена Lavazza
кава з собою | Кава з собою
капучіно | Капучино
капучино | Капучино
capuccino | Капучино
тистечко | Тістечко
снікерс | Батончик «Snickers»
сникерс | Батончик «Snickers»
кока кола | «Coca-Cola»
coca cola | «Coca-Cola»
cocacola | «Coca-Cola»
кокакола | «Coca-Cola»
орео | Печиво «Oreo»
моршинска | Вода «Моршинська»
morshynska | Вода «Моршинська»
пиво львівське | Пиво «Львівське»
туалетний папір | Папір туалетний
папир туалетный | Папір туалетний
дюрасел | Батарейки «Duracell»
кобваса | Ковбаса
hrechka | Гречка
basmati | Рис басматі
барілла | Спагеті «Barilla»
сыр | Сир
como | Сир «Комо» 200
gfrtn | Пакет
mivina | Вермішель швидка «Мівіна»|Пюре картопляне «Мівіна»
хайнц кетчуп | Кетчуп «Heinz»
heinz | Кетчуп «Heinz»
ред бул | Енергетик «Red Bull»
галка | Кава мелена «Ґалка»
drizhdzhi | Дріжджі
печево | Печиво
шоколод | Шоколад
шоколад рошен | Шоколад «Roshen»
цукор | Цукор
cukor | Цукор
здоровя вершки | Вершки «На здоров'я»
м | М
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory):
    with Catalogue(tmp_path_factory.mktemp("demo") / "catalogue.db") as made:
        load_shop(made, DEMO)
        yield made


@pytest.mark.parametrize("line", MEANT.strip().splitlines())
def test_the_first_item_is_what_was_meant(demo, line):
    typed, *beginnings = (part.strip() for part in line.split("|"))
    found = demo.search(typed)
    assert found, typed
    assert found[0].name.startswith(tuple(beginnings)), [item.name for item in found]


@pytest.mark.parametrize("name", ["Молоко «Яготинське» 2,6 % 900 мл", "Батон", "Допіо", "Яблука"])
def test_a_name_typed_whole_comes_first(demo, name):
    assert demo.search(name)[0].name == name


def test_every_demo_item_is_found_by_its_whole_name(demo):
    for item in demo.items():
        assert item.id in [found.id for found in demo.search(item.name, 3)]


def test_typing_letter_by_letter_never_loses_the_item(demo):
    for end in range(2, len("картопля") + 1):
        assert any("артопл" in item.name for item in demo.search("картопля"[:end], 60)), end


@pytest.mark.parametrize(
    "typed", ["", "   ", "«»", "'", '"', "qqqqqq", "*", "a" * 5000, "\0", "-", "AND", "_"]
)
def test_nonsense_finds_nothing_and_breaks_nothing(demo, typed):
    assert isinstance(demo.search(typed), list)
    assert demo.search("жщцфґх") == []


def test_the_beginning_of_a_barcode_finds_the_item(demo):
    item = next(it for it in demo.items() if "Lavazza Oro" in it.name)
    assert item in demo.search(item.gtins[0][1:10])


def test_no_more_than_the_limit(demo):
    assert len(demo.search("с", 5)) == 5


@pytest.mark.parametrize(
    "alike",
    [
        "м'ясо м’ясо мясо miaso myaso",
        "піца pizza pitsa",
        "йогурт yogurt iogurt jogurt",
        "щука shchuka",
        "café cafe кафе",
        "їжак yizhak ЇЖАК",
        "хліб khlib hlib",
        "ґудзик гудзик gudzyk",
    ],
)
def test_spellings_of_one_word_fold_alike(alike):
    assert len(set(words(alike))) == 1, words(alike)


def test_numbers_keep_their_decimals_and_units_stand_apart():
    assert words("2,6 % 900мл 1.5л") == ["2_6", "900", "ml", "1_5", "l"]


def test_mistyped_brands_are_found_among_twenty_thousand_items(tmp_path):
    with Catalogue(tmp_path / "catalogue.db") as large:
        with large.write() as writer:
            writer.add(list(entries(20_000)))
        large.refresh()
        chance = random.Random(7)
        tried = found = 0
        for item in islice(items(20_000), 0, 20_000, 50):
            goods, brand = item.name.split()[0], item.name.split("«")[1].split("»")[0]
            if len(brand) < 5:
                continue
            tried += 1
            answers = large.search(f"{goods} {mistype(brand, chance)}")
            found += any(brand in answer.name for answer in answers)
        assert found / tried > 0.95
