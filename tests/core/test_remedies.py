"""Every trouble a device can have is said in words, with a way out."""

import pytest

from appliance.core.devices import Category, Problem
from appliance.core.remedies import ANY, DEVICE_NAMES, OWN, remedy


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize("problem", Problem)
def test_every_problem_of_every_device_has_words_and_a_way_out(category, problem):
    wrong, what_to_do = remedy(category, problem)
    assert wrong.endswith(".")
    assert bool(what_to_do) is (problem is not Problem.NONE)
    assert category in DEVICE_NAMES


def test_no_device_words_only_repeat_the_general_ones():
    assert [key for key, words in OWN.items() if words == ANY[key[1]]] == []
