"""A node's processes, and where it is found."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from safecity.base import Conflict
from safecity.serve import address, check_port, command_of, free_port, until_told
from safecity.settings import Settings


def test_a_free_port_has_free_ones_after_it():
    first = free_port(count=3)
    for port in range(first, first + 3):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", port))


def test_a_port_that_is_taken_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert free_port(taken.getsockname()[1]) != taken.getsockname()[1]


def test_a_child_is_told_every_setting_that_is_not_the_default(tmp_path: Path):
    command = command_of(replace(Settings(), data=tmp_path, keep_days=3.0), "recorder", 1)
    assert command[2:5] == ["safecity", "recorder", "1"]
    assert f"--parent={os.getpid()}" in command
    assert f"--data={tmp_path}" in command
    assert "--keep-days=3.0" in command
    assert not any(word.startswith("--port") for word in command)


def test_the_address_is_one_that_a_browser_here_can_open():
    assert address(Settings()) == "http://127.0.0.1:8420"
    assert address(replace(Settings(), host="0.0.0.0", port=1)) == "http://127.0.0.1:1"
    assert address(replace(Settings(), tls_certificate="c", tls_key="k")) == "https://127.0.0.1:8420"


async def test_a_process_that_is_told_to_end_puts_its_things_in_order_first():
    done: list[str] = []

    async def work() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        finally:
            done.append("in order")

    await until_told(work())
    assert done == ["in order"]


def test_a_node_whose_port_is_taken_says_so_before_it_starts_anything():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Conflict, match="--port"):
            check_port(replace(Settings(), port=taken.getsockname()[1]))
    check_port(replace(Settings(), port=free_port()))
