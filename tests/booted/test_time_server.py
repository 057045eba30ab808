"""The time server of the simulated board's network answers as RFC 5905 says."""

from __future__ import annotations

import socket
import struct
import time

from hw_sim.time_server import SINCE_1900_S, TimeServer, answer, stamp

ASKED = b"\x23" + bytes(39) + b"12345678"
"""A client of version 4; what it sends comes back as the time of its sending."""


def test_an_answer_has_the_clients_own_stamp_and_the_servers_time():
    told = answer(ASKED, 1_500_000_000)
    assert told[0] == 0x24, "version 4, a server, no leap second"
    assert told[24:32] == b"12345678"
    assert told[32:40] == told[40:48] == struct.pack(">II", SINCE_1900_S + 1, 1 << 31)


def test_a_stamp_starts_anew_after_so_many_seconds():
    assert stamp((1 << 32) * 1_000_000_000) == struct.pack(">II", SINCE_1900_S, 0)


def test_whoever_asks_is_answered_and_noise_is_not():
    with TimeServer(port=0) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.settimeout(5)
        wire.connect(("127.0.0.1", server.port))
        wire.send(b"noise")
        wire.send(ASKED)
        seconds, _ = struct.unpack(">II", wire.recv(100)[40:48])
    assert abs(seconds - SINCE_1900_S - time.time()) < 5
    assert server.asked == 1
