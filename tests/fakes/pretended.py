"""A part of the demo city on real rooms, served on a real port: where simulated people can be watched at work."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn

from fakes.eyes import ScriptedEyes
from safecity import access, cameras, dispatch
from safecity.base import NODE, Node
from safecity.footage import Archive
from safecity.oversight import load_keys, verify
from safecity.simulator import City as Plan
from safecity.simulator import plan_city
from safecity.web import City, House, Site, build


@dataclass(frozen=True)
class Town:
    """Where it is served, what was planned, and the sign-in tokens by name."""

    node: Node
    base_url: str
    plan: Plan
    tokens: dict[str, str]


def small_plan() -> Plan:
    """Three units with their crews, a camera, two operators, a desk officer, an auditor."""
    city = plan_city()
    units = city.units[:3]
    wanted = {name for unit in units for name in unit.crew} | {
        "operator-1",
        "operator-2",
        "desk-mkt",
        "auditor",
    }
    people = tuple(each for each in city.people if each.sign_in in wanted)
    return replace(city, units=units, people=people, cameras=city.cameras[:1])


async def plant(node: Node, plan: Plan) -> dict[str, str]:
    """Sets the plan up through the rooms' verbs; returns everybody's sign-in token."""
    for bureau in plan.bureaus:
        await access.add_bureau(node, NODE, code=bureau.code, name=bureau.name, polygon=bureau.polygon)
    people = {
        each.sign_in: await access.add_person(
            node, NODE, name=each.name, sign_in=each.sign_in, roles=each.roles, bureau=each.bureau
        )
        for each in plan.people
    }
    for unit in plan.units:
        crew = [people[name].actor.id for name in unit.crew]
        kind = dispatch.UnitKind(unit.kind)
        await dispatch.add_unit(
            node, NODE, call_sign=unit.call_sign, kind=kind, bureau=unit.bureau, crew=crew
        )
    for camera in plan.cameras:
        await cameras.add(
            node, NODE, name=camera.name, url=camera.url("127.0.0.1", 8554), bureau=camera.bureau,
            place=camera.place, controller="City of Lumora", regime=cameras.Regime.CITY,
        )  # fmt: skip
    return {name: await access.issue_link(node, NODE, each.id) for name, each in people.items()}


@asynccontextmanager
async def open_pretended(node: Node, folder: Path) -> AsyncGenerator[Town]:
    """Plants the small plan and serves the site on a free port of this machine."""
    plan = small_plan()
    tokens = await plant(node, plan)
    keys = load_keys(folder / "log.key", node.name)
    house = House(
        node=node,
        archive=Archive(folder / "footage-data", {}),
        eyes=ScriptedEyes(),
        positions=dispatch.Positions(),
        keys=keys,
        verify=lambda: verify(node.database, keys.public),
        city=City(name=plan.name, center=(plan.centre.lon, plan.centre.lat)),
        settings=Site(sign_in_burst=50),
    )
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # connections wait in line until the server has begun
        port = listener.getsockname()[1]
        config = uvicorn.Config(build(house), ws="websockets-sansio", log_level="warning", access_log=False)
        server = uvicorn.Server(config)
        serving = asyncio.get_running_loop().create_task(server.serve(sockets=[listener]))
        try:
            yield Town(node, f"http://127.0.0.1:{port}", plan, tokens)
        finally:
            server.should_exit = True
            server.force_exit = True
            await serving
