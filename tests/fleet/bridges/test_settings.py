"""bridges.toml: what it may say."""

import pytest

from appliance.fleet.bridges import settings
from appliance.fleet.bridges.settings import Bridges


@pytest.mark.parametrize(
    "text",
    [
        "[home_assistant]\n",
        "home_assistant = 1",
        '[home_assistant]\nshop = "lviv"\nmore = 1\n',
        "nonsense",
        "[unknown]\n",
        "[sparkplug]\n",
        "[sparkplug]\nshops = []\n",
        '[sparkplug]\nshops = ["a/b"]\n',
        '[sparkplug]\nshops = ["lviv", "lviv"]\n',
        '[sparkplug]\nshops = ["lviv"]\naliases = 1\n',
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path, text):
    (tmp_path / settings.FILE).write_text(text)
    with pytest.raises(settings.BridgeMistake):
        settings.load(tmp_path)


def test_without_a_file_there_is_no_bridge(tmp_path):
    assert settings.load(tmp_path) == Bridges()


def test_both_bridges_at_once(tmp_path):
    (tmp_path / settings.FILE).write_text(
        '[home_assistant]\nshop = "lviv"\n[sparkplug]\nshops = ["lviv", "kyiv"]\naliases = true\n'
    )
    assert settings.load(tmp_path) == Bridges("lviv", ("lviv", "kyiv"), aliases=True)
