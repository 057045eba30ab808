"""What the doctor says of card data, from the terminals and the network that the till has."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance import doctor
from appliance.i18n import translator
from appliance.saq import SAYS, Saq, looks_like

ROUTES = """Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
eth1\t0000000A\t00000000\t0001\t0\t0\t100\t000000FF\t0\t0\t0
"""


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ([], Saq.B_IP),
        ([{"driver": "manual"}], Saq.B_IP),
        ([{"driver": "zvt", "port": "/dev/ttyUSB0"}], Saq.B_IP),
        ([{"driver": "zvt", "host": "10.0.0.7"}], Saq.B_IP),
        ([{"driver": "zvt", "host": "192.168.1.50"}], Saq.C),
        ([{"driver": "privat", "host": "terminal.lan"}], Saq.C),
        ([{"driver": "nexo", "host": "192.168.1.50"}], Saq.P2PE),
        ([{"driver": "closed_loop", "url": "socket://10.0.0.5:8583"}], Saq.B_IP),
        ([{"driver": "somebodys"}], Saq.D),
        ([{"driver": "manual"}, {"driver": "zvt", "host": "8.8.8.8"}], Saq.C),
    ],
)
def test_the_terminal_that_asks_for_most_decides(
    tables: list[dict[str, object]], expected: Saq
) -> None:
    assert looks_like(tables, ROUTES) is expected


def test_without_known_routes_a_network_is_taken_for_shared() -> None:
    assert looks_like([{"driver": "ecr17", "host": "10.0.0.7"}], "") is Saq.C


def said_by_the_doctor() -> Iterator[str]:
    """Every fixed word of a finding, read from the source."""
    yield from (word for pair in SAYS.values() for word in pair if word)
    for node in ast.walk(ast.parse(Path(doctor.__file__).read_text())):
        found: list[ast.expr] = []
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
            found = node.args
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            found = node.value.elts
        yield from (it.value for it in found if isinstance(it, ast.Constant) and it.value)


def test_the_doctor_speaks_ukrainian() -> None:
    say = translator("uk")
    norm = "PCI DSS 9.5.1"
    said = set(said_by_the_doctor()) - {norm}
    assert len(said) > 30
    assert {it for it in said if say(it) == it} == set()
