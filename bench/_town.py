"""A node that is set up for a benchmark of pictures: cameras, an operator who is signed in, and the control process."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from _node import process, wait_until
from safecity.access import add_bureau, add_person, ask_permit, grant_permit, issue_link, redeem_link
from safecity.app import open_node
from safecity.base import NODE, Place
from safecity.cameras import Regime, add
from safecity.serve import free_port
from safecity.settings import load_settings


@dataclass(frozen=True)
class Town:
    """A node that was set up, and how to come in."""

    data: Path
    port: int
    cameras: tuple[str, ...]
    token: str
    permit: str


async def set_up(data: Path, urls: Sequence[str]) -> Town:
    """Cameras, an operator who is signed in, and their permit for the first camera."""
    settings, _ = load_settings({"data": str(data)}, None, None)
    ground = [Place(0, 0), Place(0, 0.1), Place(0.1, 0.1), Place(0.1, 0)]
    async with open_node(settings) as node:
        await add_bureau(node, NODE, code="CEN", name="Central", polygon=ground)
        cameras = [
            await add(
                node, NODE, name=f"Street {number:02}", url=url, bureau="CEN", place=Place(0.05, 0.05),
                controller="City police", regime=Regime.POLICE,
            )
            for number, url in enumerate(urls, 1)
        ]  # fmt: skip
        operator, second = [
            await add_person(node, NODE, name=name, sign_in=name, roles=["operator"], bureau="CEN")
            for name in ("first", "second")
        ]
        asked = await ask_permit(
            node, operator.actor, "unmask", cameras[0].id, "maintenance", "A benchmark", for_s=3600
        )
        await grant_permit(node, second.actor, asked.id)
        session = await redeem_link(node, await issue_link(node, NODE, operator.id))
        ids = tuple(camera.id for camera in cameras)
        return Town(data, free_port(), ids, session.token, asked.id)


def control(town: Town, stack: ExitStack) -> subprocess.Popen[str]:
    """The control process, which answers."""
    own = ["--parent", str(os.getpid()), "--data", str(town.data), "--port", str(town.port)]
    started = stack.enter_context(process("control", *own, "--eyes", "2", "--recorders", "1"))
    wait_until(lambda: answers(town.port), "The control process did not answer", 30)
    return started


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0
