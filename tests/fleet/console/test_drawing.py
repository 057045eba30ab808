"""Plots and maps drawn on the server, and the colours they are drawn in."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from appliance.fleet.console import atlas, plots
from appliance.fleet.console.drawing import STATIC
from appliance.fleet.console.saying import Saying
from appliance.ui import theme

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False)
CSS = (STATIC / "console.css").read_text()


@settings(deadline=None, max_examples=60)
@given(NUMBERS, NUMBERS)
@example(0.0, -3e-11)
def test_an_axis_reaches_around_all_values_in_few_even_steps(one, other):
    low, high = min(one, other), max(one, other)
    marks = plots.scale(low, high)
    room = max(abs(low), abs(high), marks[1] - marks[0]) * 1e-6  # nobody sees a millionth of a step
    assert marks[0] <= low + room
    assert marks[-1] >= high - room
    assert 2 <= len(marks) <= 8
    steps = [b - a for a, b in pairwise(marks)]
    assert max(steps) - min(steps) <= max(steps) * 1e-3


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 100), st.none() | NUMBERS), max_size=30))
def test_any_series_is_a_picture_inside_its_frame(points):
    series = plots.Series("<b>&", "now", points, ["<i>"] * len(points), filled=True)
    frame = plots.Frame('a "plot" <of>', [(0, "0"), (50, "50")], Saying("uk").short)
    for svg in re.findall(r"<svg.*?</svg>", plots.lines(frame, [series]), re.DOTALL):
        root = ET.fromstring(svg)
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        for path in root.iter("path"):
            numbers = list(map(float, re.findall(r"-?\d+\.\d", path.attrib["d"])))
            assert all(-1 <= number <= max(width, height) + 1 for number in numbers)


PLACES = st.builds(
    atlas.Place, st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=5), st.sampled_from(("Захід", "Схід", "")),
    st.floats(-80, 80), st.floats(-179, 179), st.sampled_from(atlas.WORST_FIRST), st.just("/shops/x"),
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(PLACES, min_size=1, max_size=40))
def test_a_map_shows_every_shop_within_its_edges_and_no_dot_over_another(places):
    drawn = atlas.drawn(tuple(places), "map", "/shops?near={lat},{lon}")
    for svg in re.findall(r"<svg.*?</svg>", drawn, re.DOTALL):
        root = ET.fromstring(svg)
        width, height = map(float, root.attrib["viewBox"].split()[2:])
        links = list(root.iter("a"))
        counts = [
            int(link.find("text").text) if link.find("text") is not None else 1 for link in links
        ]
        assert sum(counts) == len(places)
        spots = [link.find("circle").attrib for link in links]
        assert all(0 <= float(it["cx"]) <= width and 0 <= float(it["cy"]) <= height for it in spots)


def test_a_dot_of_many_shops_has_the_colour_of_the_worst():
    near = tuple(atlas.Place(it, "", 50.0, 30.0, it, "/") for it in ("ok", "lost", "closed"))
    assert 'class="lost"' in atlas.drawn(near, "map", "/")


def test_the_pages_colours_are_the_tills_own():
    tokens = dict(re.findall(r"--([a-z-]+): light-dark\((#\w+, #\w+)\)", CSS))
    names = ("background", "panel", "key", "pressed", "ink", "quiet", "line", "go", "go-ground",
             "on-go", "warn", "warn-ground", "bad", "bad-ground", "accent")  # fmt: skip
    for name in names:
        codes = [it.strip("# ") for it in tokens[name].split(",")]
        for code, palette in zip(codes, (theme.LIGHT, theme.DARK), strict=True):
            whole = code if len(code) == 6 else "".join(2 * letter for letter in code)
            assert theme.rgb(whole) == getattr(palette, name.replace("-", "_")), name


def test_numbers_on_an_axis_are_short():
    say = Saying("en")
    assert [say.short(it) for it in (0, 250, 1500, 2_500_000, -40_000)] == [
        "0", "250", "1.5 k", "2.5 M", "−40 k",
    ]  # fmt: skip
