"""Write the demo shop: a Ukrainian corner shop of 300 items, with its quick keys, at prices of 2026.

The list below is the source; the script adds what follows from it: check digits, codes for the
scale's labels, costs and opening stock. Run it again after a change of the list.
"""

from __future__ import annotations

import csv
import zlib
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "config" / "demo" / "catalogue.csv"

COLUMNS = (
    "sku name price unit gtin plu taxes category colour picture"
    " discountable open_price age_min cost stock supplier tracking reorder_point reorder_to components"
).split()

SUPPLIERS = {
    "Хліб": "Хлібозавод №1",
    "Молочне": "ТОВ «Ферма»",
    "Яйця": "ТОВ «Ферма»",
    "М'ясо та ковбаса": "М'ясокомбінат",
    "Риба": "Риба-сервіс",
    "Овочі": "Овочева база",
    "Зелень": "Овочева база",
    "Фрукти": "Овочева база",
    "Вода й напої": "Напої-опт",
    "Алкоголь": "Напої-опт",
}
FRESH = ("Молочне", "М'ясо та ковбаса", "Риба")
"""Kept by lot, so that what expires first is sold first."""

REORDERED = ("Молочне", "Вода й напої", "Бакалія")
BEANS, MILK = "Кава в зернах Lavazza Crema e Gusto 1 кг", "Молоко «Яготинське» 2,6 % 900 мл"
RECIPES = {
    "Допіо": ((BEANS, "0.018"),),
    "Американо": ((BEANS, "0.009"),),
    "Флет вайт": ((BEANS, "0.018"), (MILK, "0.17")),
}
"""What leaves the shelf for a cup."""

# == category | colour | cost in percent of the price | defaults
# name | price | options: a GTIN prefix (482 if none), kg, plu=, pic=, tax=, age=, own (no barcode)
SHOP = """
== Пакети | 9DBCD6 | 45 | own
Пакет малий | 3,00 | plu=1 pic=bag-small
Пакет великий | 6,00 | plu=2 pic=bag-large
Пакет паперовий | 9,00 | plu=3 pic=bag-paper
Пакет подарунковий | 35,00 | plu=4
== Хліб | DDB879 | 74 |
Хліб Дарницький різаний 350 г | 24,50 | pic=bread-dark
Хліб білий | 22,00 | plu=11 pic=bread
Батон | 26,50 | plu=12 pic=loaf
Батон нарізний «Київхліб» 500 г | 29,90 | pic=loaf
Хліб Бородинський «Київхліб» 400 г | 33,40 | pic=bread-dark
Хліб Український столовий 950 г | 38,90 | pic=bread
Хліб житній на заквасці 450 г | 46,00 | pic=bread-dark
Хліб тостовий пшеничний «Кулиничі» 350 г | 35,20 | pic=toast
Хліб тостовий з висівками «Кулиничі» 350 г | 36,80 | pic=toast
Хліб гречаний 300 г | 34,70
Лаваш вірменський тонкий 200 г | 27,90
Лаваш грузинський | 32,00 | plu=13 own
Багет французький | 28,00 | plu=14 own pic=baguette
Чіабата | 34,00 | plu=15 own
Булочка для бургера 4 шт 260 г | 52,30
Круасан з маслом | 36,00 | plu=16 own pic=croissant
Круасан з шоколадом | 39,00 | plu=17 own pic=croissant
Булочка з маком | 21,00 | plu=18 own pic=bun
Булочка з корицею | 24,00 | plu=19 own pic=bun
Пиріжок з капустою | 23,00 | plu=20 own
Пиріжок з картоплею | 23,00 | plu=21 own
Слойка з сиром | 28,50 | plu=22 own
Соломка солодка 200 г | 29,80
== Овочі | CDB28C | 68 | own kg
Картопля | 18,50 | plu=101 pic=potato
Цибуля | 16,90 | plu=102 pic=onion
Морква | 21,90 | plu=103 pic=carrot
Буряк | 17,50 | plu=104 pic=beet
Капуста білокачанна | 19,80 | plu=105 pic=cabbage
Капуста пекінська | 54,90 | plu=106 pic=cabbage
Огірки тепличні | 98,00 | plu=107 pic=cucumber
Помідори | 112,00 | plu=108 pic=tomato
Помідори чері | 178,00 | plu=109 pic=tomato
Перець солодкий червоний | 124,00 | plu=110 pic=pepper
Баклажани | 89,00 | plu=111
Гарбуз | 24,50 | plu=113
Часник | 185,00 | plu=114 pic=garlic
Печериці | 108,00 | plu=115 pic=mushroom
Редиска | 79,00 | plu=116
Цибуля червона | 34,90 | plu=117 pic=onion
== Зелень | A9CF8F | 65 | own
Кріп пучок | 18,00 | plu=131 pic=greens
Петрушка пучок | 18,00 | plu=132 pic=greens
Цибуля зелена пучок | 22,00 | plu=133 pic=greens
Салат листовий у горщику | 46,00 | plu=134 pic=greens
Базилік у горщику | 52,00 | plu=135 pic=greens
== Фрукти | D9D26A | 70 | own kg
Банани | 62,90 | plu=151 pic=banana
Яблука | 39,90 | plu=152 pic=apple
Яблука Голден, вагові | 39,90 | plu=153 pic=apple
Яблука Гала | 42,50 | plu=154 pic=apple
Груші Конференція | 84,90 | plu=155 pic=pear
Апельсини | 72,50 | plu=156 pic=orange
Мандарини | 94,00 | plu=157 pic=orange
Лимони | 98,50 | plu=158 pic=lemon
Грейпфрути | 89,00 | plu=159 pic=orange
Виноград білий | 146,00 | plu=160 pic=grapes
Виноград чорний | 152,00 | plu=161 pic=grapes
Ківі | 118,00 | plu=162
Сливи | 64,00 | plu=165
Авокадо | 214,00 | plu=166
== Молочне | A9CBE8 | 76 |
Молоко «Яготинське» 2,6 % 900 мл | 46,90 | pic=milk
Молоко «Яготинське» 3,2 % 900 мл | 49,50 | pic=milk
Молоко «Галичина» 2,5 % 900 г | 48,20 | pic=milk
Молоко «Селянське» родинне 2,5 % 1 л | 52,40 | pic=milk
Молоко безлактозне «Яготинське» 2,6 % 870 г | 62,80 | pic=milk
Молоко згущене з цукром 8,5 % 370 г | 64,50
Кефір «Яготинський» 2,5 % 900 г | 47,60 | pic=kefir
Кефір «Галичина» 1 % 850 г | 45,90 | pic=kefir
Ряжанка «Простоквашино» 4 % 850 г | 58,30 | pic=kefir
Закваска «Активіа» 2,2 % 580 г | 61,40 | pic=kefir
Йогурт «Чудо» полуниця 270 г | 32,00 | pic=yogurt
Йогурт «Чудо» персик 270 г | 32,00 | pic=yogurt
Йогурт «Галичина» карпатська чорниця 280 г | 36,70 | pic=yogurt
Йогурт питний «Активіа» злаки 290 г | 42,90 | pic=yogurt
Йогурт грецький «Яготинський» 10 % 150 г | 33,60 | pic=yogurt
Сметана «Президент» 20 % 350 г | 68,90 | pic=sour-cream
Сметана «Яготинська» 15 % 300 г | 49,80 | pic=sour-cream
Сметана «Галичина» 20 % 300 г | 54,20 | pic=sour-cream
Вершки «На здоров'я» 10 % 500 мл | 79,90
Масло «Яготинське» 82,5 % 200 г | 124,90 | pic=butter
Масло «Селянське» 73 % 180 г | 98,50 | pic=butter
Сир кисломолочний «Яготинський» 5 % 350 г | 94,60 | pic=curd
Сир кисломолочний «Простоквашино» 9 % 300 г | 89,30 | pic=curd
Сирок глазурований «Дольче» ваніль 36 г | 21,50
Сир «Комо» Голландський 45 % 200 г | 138,00 | pic=cheese
Сир «Комо» 200 г | 129,00 | pic=cheese
Сир твердий Гауда, ваговий | 489,00 | kg own plu=171 pic=cheese
Сир Сулугуні, ваговий | 412,00 | kg own plu=172 pic=cheese
Сир плавлений «Дружба» 90 г | 28,40 | pic=cheese
Сир плавлений «Hochland» вершковий 150 г | 74,90 | 590 pic=cheese
Моцарела «Galbani» 125 г | 112,00 | 800 pic=cheese
Молочний коктейль «Локо Моко» шоколад 200 мл | 31,20
== Яйця | EBD3A8 | 82 |
Яйця С1 10 шт | 64,00 | plu=31 pic=eggs
Яйця С0 10 шт «Ясенсвіт» | 78,50 | pic=eggs
Яйця перепелині 20 шт | 69,00 | pic=eggs
== М'ясо та ковбаса | DFA39A | 77 |
Філе куряче охолоджене, вагове | 218,00 | kg own plu=201 pic=chicken
Стегно куряче, вагове | 142,00 | kg own plu=202 pic=chicken
Фарш свинячо-яловичий, ваговий | 236,00 | kg own plu=203
Свинина ошийок, вагова | 289,00 | kg own plu=204
Сало солоне домашнє, вагове | 245,00 | kg own plu=205
Ковбаса «Лікарська» вища, вагова | 338,00 | kg own plu=206 pic=sausage
Ковбаса «Празька» с/к 300 г | 198,00 | pic=sausage
Ковбаса «Салямі Фінська» 420 г | 214,50 | pic=sausage
Сосиски «Молочні» 450 г | 128,60 | pic=sausage
Сосиски «Глобино» вершкові 340 г | 109,90 | pic=sausage
Шинка «До сніданку» 150 г | 84,90
Бекон нарізаний 120 г | 92,40
Паштет печінковий «Онісс» 100 г | 34,70
== Риба | 8FB9C9 | 75 |
Оселедець філе в олії 180 г | 92,80 | pic=fish
Скумбрія холодного копчення, вагова | 398,00 | kg own plu=221 pic=fish
Сардини в олії 240 г | 74,50 | 475 pic=fish
Шпроти в олії «Рижське золото» 160 г | 96,90 | 475 pic=fish
Тунець у власному соку 160 г | 109,00 | 885 pic=fish
Крабові палички «Водний світ» 200 г | 68,40
Ікра мойви «Веладіс» 180 г | 97,60
== Бакалія | D8C3A0 | 75 |
Гречка «Хуторок» 800 г | 58,90 | pic=grain
Гречка «Сквирянка» 1 кг | 66,40 | pic=grain
Рис круглий «Хуторок» 800 г | 64,70 | pic=grain
Рис довгозернистий «Жменька» 4×125 г | 48,30 | pic=grain
Рис басматі «Август» 500 г | 82,90 | pic=grain
Пшоно «Своя лінія» 800 г | 32,40 | pic=grain
Крупа манна 700 г | 34,80 | pic=grain
Булгур «Жменька» 4×100 г | 52,60 | pic=grain
Сочевиця червона 400 г | 47,20 | pic=grain
Горох колотий 800 г | 33,90 | pic=grain
Вівсяні пластівці «Геркулес» 500 г | 36,50 | pic=grain
Борошно пшеничне «Київ Млин» 1 кг | 34,20 | pic=flour
Борошно пшеничне «Богумила» 2 кг | 67,80 | pic=flour
Цукор білий 1 кг | 36,90 | pic=sugar
Цукор тростинний 500 г | 84,60 | pic=sugar
Сіль кухонна кам'яна 1 кг | 16,80
Сіль йодована 750 г | 24,30
Сода харчова 400 г | 29,70
Оцет столовий 9 % 0,5 л | 22,50
Спагеті «Чумак» 400 г | 34,90 | pic=pasta
Спагеті «Barilla» n.5 500 г | 89,90 | 807 pic=pasta
Макарони ріжки «Київмікс» 800 г | 44,50 | pic=pasta
Макарони пір'я «La Pasta» 400 г | 36,20 | pic=pasta
Вермішель швидка «Мівіна» курка 60 г | 14,90 | pic=pasta
Вермішель швидка «Reeva» яловичина 60 г | 14,50 | pic=pasta
Пюре картопляне «Мівіна» 37 г | 17,80
Дріжджі сухі «Львівські» 7 г | 12,40
Перець чорний мелений «Приправка» 20 г | 23,90
Лавровий лист «Любисток» 10 г | 14,20
Приправа до курки «Торчин» 60 г | 31,50
Бульйон курячий «Галина Бланка» 8×10 г | 42,80 | 841
== Олія та соуси | E3C766 | 76 |
Олія соняшникова «Олейна» рафінована 850 мл | 79,90 | pic=oil
Олія соняшникова «Чумак» нерафінована 900 мл | 84,50 | pic=oil
Олія оливкова «Monini» Extra Virgin 500 мл | 389,00 | 800 pic=oil
Майонез «Торчин» Європейський 67 % 300 г | 52,40 | pic=sauce
Майонез «Чумак» Дніпро 30 % 300 г | 41,90 | pic=sauce
Кетчуп «Чумак» лагідний 270 г | 42,60 | pic=sauce
Кетчуп «Торчин» шашличний 250 г | 39,80 | pic=sauce
Кетчуп «Heinz» томатний 342 г | 98,50 | 871 pic=sauce
Гірчиця «Торчин» українська 120 г | 26,30 | pic=sauce
Хрін столовий 130 г | 32,70 | pic=sauce
Томатна паста «Чумак» 70 г | 18,90 | pic=sauce
Аджика «Господарочка» 140 г | 36,40 | pic=sauce
Соус соєвий 190 мл | 49,60 | pic=sauce
== Консерви | C7B59A | 74 |
Горошок зелений «Верес» 410 г | 46,80 | pic=can
Кукурудза солодка «Bonduelle» 340 г | 68,90 | 599 pic=can
Квасоля червона «Верес» 410 г | 49,70 | pic=can
Огірки мариновані «Верес» 500 г | 84,30 | pic=can
Оливки чорні без кісточки 300 г | 94,60 | 848 pic=can
Печериці мариновані різані 314 мл | 78,40 | pic=can
Ананаси кільцями 580 мл | 112,00 | 885 pic=can
Тушонка яловича вищий ґатунок 338 г | 148,00 | pic=can
Варення полуничне 350 г | 92,50
Мед різнотрав'я 400 г | 158,00
== Кава і чай | C08F6E | 72 |
Кава мелена Lavazza Oro 250 г | 319,00 | 800 pic=coffee-pack
Кава в зернах Lavazza Crema e Gusto 1 кг | 899,00 | 800 pic=coffee-pack
Кава мелена «Ґалка» для турки 225 г | 164,50 | pic=coffee-pack
Кава розчинна «Jacobs Monarch» 90 г | 259,00 | 871 pic=coffee-pack
Кава розчинна «Nescafe Gold» 120 г | 319,50 | 761 pic=coffee-pack
Кава 3 в 1 «MacCoffee» 20 г | 9,90 | 888
Чай чорний «Ahmad Tea» English Breakfast 25 пак | 84,90 | 054 pic=tea
Чай чорний «Lovare» Золотий Цейлон 24 пак | 68,70 | pic=tea
Чай зелений «Мономах» 25 пак | 62,30 | pic=tea
Чай «Карпатський» трав'яний 20 пак | 46,50 | pic=tea
Какао «Чумак» 100 г | 64,80
== Кава з собою | C08F6E | 34 | own
Кава з собою | 45,00 | plu=41 pic=coffee
Еспресо | 35,00 | plu=42 pic=coffee
Допіо | 45,00 | plu=43 pic=coffee
Американо | 38,00 | plu=44 pic=coffee
Капучино | 55,00 | plu=45 pic=coffee
Лате | 60,00 | plu=46 pic=coffee
Флет вайт | 65,00 | plu=47 pic=coffee
Раф ванільний | 75,00 | plu=48 pic=coffee
Чай з собою | 30,00 | plu=49 pic=tea
Какао з собою | 58,00 | plu=50 pic=coffee
Сироп до кави | 10,00 | plu=51
Рослинне молоко до кави | 20,00 | plu=52
== Солодощі | E8A9BC | 73 |
Тістечко | 38,00 | plu=61 own pic=cake
Тістечко «Наполеон» | 54,00 | plu=62 own pic=cake
Еклер заварний | 42,00 | plu=63 own pic=cake
Чізкейк класичний | 78,00 | plu=64 own pic=cake
Торт «Київський» 450 г | 298,00 | pic=cake
Шоколад «Roshen» чорний 70 % 90 г | 69,90 | pic=chocolate
Шоколад «Roshen» молочний 90 г | 64,90 | pic=chocolate
Шоколад «Millennium» молочний з горіхом 100 г | 78,40 | pic=chocolate
Шоколад «Milka» Alpine Milk 90 г | 89,50 | 762 pic=chocolate
Шоколад «Корона» чорний 85 г | 66,70 | pic=chocolate
Батончик «Snickers» 50 г | 36,90 | 500 pic=chocolate
Батончик «Twix» 50 г | 36,90 | 500 pic=chocolate
Вафлі «Артек» 80 г | 24,60
Вафлі «Вітаміни» лимон, вагові | 164,00 | kg own plu=231
Печиво «Марія» 155 г | 28,90 | pic=cookie
Печиво вівсяне «Світоч» 300 г | 62,40 | pic=cookie
Печиво «Oreo» 95 г | 52,80 | 762 pic=cookie
Печиво «Топлене молоко», вагове | 128,00 | kg own plu=232 pic=cookie
Цукерки «Червоний мак», вагові | 386,00 | kg own plu=233 pic=candy
Цукерки «Ромашка», вагові | 318,00 | kg own plu=234 pic=candy
Цукерки «Candy Nut» 180 г | 104,90 | pic=candy
Желейні цукерки «Haribo» 80 г | 62,50 | 400 pic=candy
Жувальна гумка «Orbit» м'ята 14 г | 27,90 | 400
Льодяник «Chupa Chups» | 9,50 | 841 pic=candy
Зефір ванільний, ваговий | 216,00 | kg own plu=235
Халва соняшникова 270 г | 72,60
Морозиво «Рудь» пломбір 80 г | 34,50 | pic=ice-cream
Морозиво «Лімо» ескімо в шоколаді 70 г | 38,90 | pic=ice-cream
Морозиво «Ласунка» Каштан 75 г | 42,50 | pic=ice-cream
== Снеки | E5B36F | 70 |
Чипси «Lay's» сметана і зелень 120 г | 79,90 | pic=chips
Чипси «Lay's» краб 60 г | 46,50 | pic=chips
Чипси «Pringles» Original 165 г | 139,00 | 505 pic=chips
Сухарики «Флінт» бекон 70 г | 26,80
Насіння соняшникове «Сан Санич» 100 г | 34,90
Арахіс смажений солоний 90 г | 38,50
Фісташки смажені 80 г | 118,00
Горіхи волоські чищені 150 г | 96,00
Попкорн солоний 90 г | 42,30
Курага 150 г | 98,70
== Вода й напої | A7C7DC | 68 |
Вода 1,5 л | 24,90 | plu=71 pic=water
Вода «Моршинська» слабогазована 1,5 л | 32,90 | pic=water
Вода «Моршинська» негазована 0,5 л | 21,50 | pic=water
Вода «Боржомі» скло 0,5 л | 68,90 | 486 pic=water
Вода «Поляна Квасова» 1,5 л | 42,60 | pic=water
Вода «Буковинська» 6 л | 58,40 | pic=water
«Coca-Cola» 0,5 л | 32,90 | 544 pic=soda
«Coca-Cola» 1,5 л | 54,90 | 544 pic=soda
«Coca-Cola Zero» 0,33 л банка | 31,50 | 544 pic=soda
«Pepsi» 1 л | 42,90 | pic=soda
«Fanta» апельсин 0,5 л | 32,90 | 544 pic=soda
«Sprite» 1,5 л | 54,90 | 544 pic=soda
Лимонад «Живчик» яблуко 1 л | 38,60 | pic=soda
Квас «Тарас» 1 л | 46,80 | pic=soda
Сік «Сандора» апельсин 0,95 л | 78,50 | pic=juice
Сік «Садочок» яблуко 0,95 л | 58,90 | pic=juice
Сік «Наш сік» томат 0,95 л | 62,40 | pic=juice
Сік «Rich» вишня 1 л | 84,70 | pic=juice
Енергетик «Red Bull» 0,25 л | 68,90 | 900 pic=soda
Енергетик «Non Stop» 0,5 л | 42,50 | pic=soda
Холодний чай «Lipton» лимон 0,5 л | 39,80 | pic=soda
== Алкоголь | B39BC8 | 78 | tax=VAT20+EXC5 age=18
Пиво «Львівське» 1715 0,5 л скло | 42,90 | pic=beer
Пиво «Чернігівське» світле 0,5 л банка | 41,50 | pic=beer
Пиво «Оболонь» Київське розливне 1 л | 64,90 | pic=beer
Пиво «Corona Extra» 0,33 л | 78,90 | 750 pic=beer
Сидр «Somersby» яблуко 0,5 л | 68,50 | pic=beer
Вино «Шабо» Шардоне біле сухе 0,75 л | 219,00 | pic=wine
Вино «Коблево» Мерло червоне 0,75 л | 189,00 | pic=wine
Вино ігристе «Одеса» біле брют 0,75 л | 289,00 | pic=wine
Горілка «Хортиця» Платинум 0,5 л | 189,90 | pic=spirits
Горілка «Nemiroff» Оригінал 0,5 л | 209,50 | pic=spirits
Коньяк «Шустов» 3 зірки 0,5 л | 279,00 | pic=spirits
Віскі «Jameson» 0,7 л | 789,00 | 501 pic=spirits
== Тютюн | A3A39C | 91 | age=18 nodiscount
Сигарети «Parliament» Aqua Blue | 138,00 | 403
Сигарети «Winston» Blue | 118,00 | 403
Запальничка | 25,00 | 340 plu=81
== Для дому | A8BFB2 | 66 |
Папір туалетний «Обухів» 65 м | 16,90 | pic=paper-roll
Папір туалетний «Zewa» 8 рул | 189,00 | 732 pic=paper-roll
Рушники паперові «Диво» 2 рул | 62,50 | pic=paper-roll
Серветки «Рута» 100 шт | 29,80
Засіб для посуду «Gala» лимон 500 мл | 59,90 | pic=cleaner
Засіб для посуду «Fairy» 450 мл | 89,90 | 400 pic=cleaner
Порошок пральний «Gala» автомат 3 кг | 289,00 | pic=cleaner
Капсули для прання «Ariel» 15 шт | 379,00 | 800 pic=cleaner
Засіб «Доместос» 750 мл | 98,40 | pic=cleaner
Губки кухонні 5 шт | 34,50
Пакети для сміття 35 л 30 шт | 42,80
Батарейки «Duracell» AA 2 шт | 124,00 | 500
Лампа LED E27 10 Вт | 74,90
Сірники | 3,50 | plu=82
Фольга харчова 10 м | 64,30
== Гігієна | C3B4DA | 64 |
Мило «Duru» 4×80 г | 72,50 | 869 pic=soap
Мило рідке «Шик» 500 мл | 54,90 | pic=soap
Шампунь «Head & Shoulders» 400 мл | 219,00 | 800 pic=soap
Зубна паста «Colgate» 75 мл | 79,90 | 871
Зубна щітка «Oral-B» середня | 68,40 | 301
Підгузки «Pampers» 4 44 шт | 599,00 | 400
Вологі серветки «Naturelle» 60 шт | 54,60
Прокладки «Always» Ultra 10 шт | 84,30 | 400
== Аптечка | D6E3E8 | 78 | tax=VAT7 nodiscount
Пластир бактерицидний 10 шт | 32,50
Бинт стерильний 5 м × 10 см | 28,90
Перекис водню 3 % 100 мл | 24,60
Вугілля активоване 10 таб | 18,40
== Для тварин | BFB08C | 71 |
Корм для котів «Whiskas» качка 85 г | 24,90 | 590
Корм для котів «Клуб 4 лапи» 900 г | 169,00
Корм для собак «Pedigree» яловичина 1,2 кг | 219,00 | 500
Наповнювач для котячого туалету 5 кг | 149,00
"""

PAGES = {
    "Швидкі": "Пакет малий; Пакет великий; Хліб білий; Батон; Банани; Яблука; Картопля; Цибуля;"
    " Яйця С1 10 шт; Вода 1,5 л; Кава з собою; Тістечко",
    "Хліб": "Хліб білий; Батон; Хліб Дарницький різаний 350 г; Лаваш грузинський;"
    " Багет французький; Чіабата; Круасан з маслом; Круасан з шоколадом; Булочка з маком;"
    " Булочка з корицею; Пиріжок з капустою; Пиріжок з картоплею",
    "Овочі": "Картопля; Цибуля; Морква; Буряк; Капуста білокачанна; Огірки тепличні; Помідори;"
    " Перець солодкий червоний; Часник; Печериці; Кріп пучок; Петрушка пучок",
    "Фрукти": "Банани; Яблука; Яблука Голден, вагові; Груші Конференція; Апельсини; Мандарини;"
    " Лимони; Виноград білий; Виноград чорний; Ківі; Сливи; Авокадо",
    "Молочне": "Молоко «Яготинське» 2,6 % 900 мл=Молоко 2,6 %;"
    " Молоко «Яготинське» 3,2 % 900 мл=Молоко 3,2 %; Кефір «Яготинський» 2,5 % 900 г=Кефір;"
    " Ряжанка «Простоквашино» 4 % 850 г=Ряжанка; Йогурт «Чудо» полуниця 270 г=Йогурт полуниця;"
    " Сметана «Яготинська» 15 % 300 г=Сметана 15 %; Масло «Яготинське» 82,5 % 200 г=Масло;"
    " Сир кисломолочний «Яготинський» 5 % 350 г=Сир 5 %; Сир твердий Гауда, ваговий=Сир Гауда;"
    " Сир Сулугуні, ваговий=Сир Сулугуні; Сир «Комо» 200 г=Сир Комо; Яйця С1 10 шт=Яйця С1",
    "Кава": "Кава з собою; Еспресо; Допіо; Американо; Капучино; Лате; Флет вайт; Раф ванільний;"
    " Чай з собою; Какао з собою; Сироп до кави; Рослинне молоко до кави",
    "Солодке": "Тістечко; Тістечко «Наполеон»; Еклер заварний; Чізкейк класичний;"
    " Печиво «Топлене молоко», вагове=Печиво вагове; Цукерки «Червоний мак», вагові=Червоний мак;"
    " Цукерки «Ромашка», вагові=Ромашка; Зефір ванільний, ваговий=Зефір;"
    " Морозиво «Рудь» пломбір 80 г=Пломбір; Морозиво «Лімо» ескімо в шоколаді 70 г=Ескімо",
    "М'ясо": "Філе куряче охолоджене, вагове=Філе куряче; Стегно куряче, вагове=Стегно куряче;"
    " Фарш свинячо-яловичий, ваговий=Фарш; Свинина ошийок, вагова=Свинина ошийок;"
    " Сало солоне домашнє, вагове=Сало; Ковбаса «Лікарська» вища, вагова=Лікарська;"
    " Скумбрія холодного копчення, вагова=Скумбрія",
    "Інше": "Пакет паперовий; Пакет подарунковий; Запальничка; Сірники",
}

# Real companies' numbers are not used: the digits after the country's prefix come from the name.
COUNTRY_DIGITS = 3


def check_digit(digits: str) -> str:
    odd = sum(int(d) for d in digits[::-1][0::2])
    even = sum(int(d) for d in digits[::-1][1::2])
    return str(-(3 * odd + even) % 10)


def gtin13(prefix: str, name: str) -> str:
    body = prefix + f"{zlib.crc32(name.encode()) % 10**9:09d}"
    return body + check_digit(body)


def row(number: int, category: str, colour: str, cost: int, line: str, defaults: str) -> list[str]:
    name, price_text, *more = (part.strip() for part in line.split("|"))
    options = defaults.split() + " ".join(more).split()
    named = dict(option.split("=") for option in options if "=" in option)
    weighed = "kg" in options
    price = Decimal(price_text.replace(",", "."))
    plu = named.get("plu", "")
    prefix = next((o for o in options if o.isdigit()), "482")
    if weighed:
        # What the shop's scale prints: 21, the PLU, the weight; the weight is 0 in the item's key.
        body = f"21{int(plu):05d}00000"
        gtin = body + check_digit(body)
    else:
        gtin = "" if "own" in options else gtin13(prefix, name)
    seed = zlib.crc32(f"stock {name}".encode())
    stock = Decimal(seed % 40_000 + 5_000) / 1000 if weighed else Decimal(seed % 90 + 6)
    paid = (price * cost / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return [
        str(number),
        name,
        f"{price:.2f}",
        "KGM" if weighed else "H87",
        gtin,
        plu,
        named.get("tax", "VAT20"),
        category,
        colour,
        f"{named['pic']}.png" if "pic" in named else "",
        "no" if "nodiscount" in options else "yes",
        "no",
        named.get("age", "0"),
        f"{paid:.2f}",
        "" if name in RECIPES else f"{stock}",
        SUPPLIERS.get(category, "Оптова база"),
        "lot" if category in FRESH and not weighed else "",
        "6" if category in REORDERED and not weighed else "",
        "24" if category in REORDERED and not weighed else "",
        "",
    ]


def rows() -> list[list[str]]:
    found: list[list[str]] = []
    head = ("", "", 0, "")
    for line in SHOP.strip().splitlines():
        if line.startswith("=="):
            category, colour, cost, defaults = (part.strip() for part in line[2:].split("|"))
            head = (category, colour, int(cost), defaults)
        else:
            category, colour, percent, options = head
            found.append(row(1001 + len(found), category, colour, percent, line, options))
    skus = {made[1]: made[0] for made in found}
    for made in found:
        recipe = RECIPES.get(made[1], ())
        made[-1] = "; ".join(f"{skus[part]}*{quantity}" for part, quantity in recipe)
    return found


def quick_keys(made: list[list[str]]) -> str:
    """The pages as TOML; a name in the list that the shop lacks is a KeyError."""
    skus = {r[1]: r[0] for r in made}
    out = "# Pages of quick keys. label, colour and picture stand in for the item's own.\n"
    for page, names in PAGES.items():
        out += f'\n[[page]]\nname = "{page}"\nkeys = [\n'
        for entry in names.split(";"):
            name, _, label = entry.strip().partition("=")
            key = f'sku = "{skus[name]}"' + (f', label = "{label}"' if label else "")
            out += f"    {{ {key} }}, # {name}\n"
        out += "]\n"
    return out


def main() -> None:
    made = rows()
    for column in ("name", "sku", "gtin", "plu"):
        values = [r[COLUMNS.index(column)] for r in made if r[COLUMNS.index(column)]]
        twice = sorted({v for v in values if values.count(v) > 1})
        assert not twice, f"{column} twice: {twice}"
    OUT.parent.mkdir(parents=True, exist_ok=True)
    with OUT.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(made)
    (OUT.parent / "quick_keys.toml").write_text(quick_keys(made), encoding="utf-8")
    print(f"{len(made)} items, {OUT}")


if __name__ == "__main__":
    main()
