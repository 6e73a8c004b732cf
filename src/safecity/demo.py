"""The demo city on a real node: plants bureaus, cameras, people and units, then lets the pretended city run around it.

The node knows nothing of it: cameras are RTSP addresses, people come by HTTP. Only this file knows both sides.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import tempfile
from collections.abc import AsyncGenerator, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from safecity import access, cameras, dispatch, footage, simulator
from safecity.adapters.processes import Children, end_with_parent
from safecity.base import Actor, Node, RealClock, Unavailable
from safecity.serve import address, check_port, command_of, free_port, start_node, told_to_end, until_told
from safecity.settings import Settings, load_settings
from safecity.shell import at_shell, link_for, verify_log

HOME = Path("demo-data")
ROLES = ("operator", "desk", "officer", "auditor", "administrator")
START_S = 60.0


@dataclass(frozen=True)
class Script:
    """What the city's own processes need to know. Holds sign-in tokens: only its owner may read the file."""

    films: Path
    camera_port: int
    base_url: str
    pace: float
    headless: bool
    tokens: Mapping[str, str]


def run_city(
    flags: Mapping[str, str], file: Path | None, *, headless: bool, seconds: float, json: bool
) -> int:
    """Runs the demo city; returns the exit code. Raises BadInput for settings that cannot be used."""
    with _settings(flags, file, headless=headless) as (settings, films):
        if headless:
            return asyncio.run(_headless(settings, films, seconds, as_json=json))
        return asyncio.run(_interactive(settings, films))


@contextlib.contextmanager
def _settings(
    flags: Mapping[str, str], file: Path | None, *, headless: bool
) -> Generator[tuple[Settings, Path]]:
    """The settings in force, with the demo's own where nothing else was said; a headless city leaves no data behind."""
    settings, origins = load_settings(flags, None, file)
    said = {each.name for each in origins if each.source != "default"}
    city = simulator.plan_city()
    own = {
        "data": HOME,
        "city": city.name,
        "time_zone": city.timezone,
        "map_centre": f"{city.centre.lat},{city.centre.lon}",
        "map_zoom": city.zoom,
        "learn_seconds": 6,  # its streets are drawn: nobody stands there from the start
    }
    settings = replace(settings, **{name: value for name, value in own.items() if name not in said})
    films = (settings.data / "city").absolute()
    if headless and "port" not in said:
        settings = replace(settings, port=free_port())
    with tempfile.TemporaryDirectory(prefix="safecity-") as folder:
        if headless and "data" not in said:
            settings = replace(settings, data=Path(folder))
        yield settings, films


async def _interactive(settings: Settings, films: Path) -> int:
    """The city with a person at the console."""
    script, links = await _prepare(settings, films, headless=False)
    async with _running(settings, script):
        _print_links(settings, links)
        await told_to_end()
    return 0


async def _headless(settings: Settings, films: Path, seconds: float, *, as_json: bool) -> int:
    """The city with nobody at the console; then a summary. Exit code 0 only where every step of the way happened."""
    script, _ = await _prepare(settings, films, headless=True)
    inspector = await at_shell(settings, lambda node, by: link_for(node, by, "auditor"))
    operator = await at_shell(settings, lambda node, by: link_for(node, by, "operator-3"))
    async with _running(settings, script):
        await asyncio.sleep(seconds)
        summary = await simulator.summarise(
            address(settings), RealClock(), auditor=inspector, operator=operator
        )
    verdict = await verify_log(settings)
    summary = replace(summary, log_verified=verdict.ok)
    missing = simulator.missing(summary)
    print(simulator.as_json(summary, missing) if as_json else simulator.as_text(summary, missing))  # noqa: T201
    return 1 if missing else 0


@contextlib.asynccontextmanager
async def _running(settings: Settings, script: Script) -> AsyncGenerator[None]:
    """The node and the city around it, as child processes; all of them end with this."""
    run = settings.data / "run"
    run.mkdir(parents=True, exist_ok=True)
    _write_script(run / "city.json", script)
    children = Children(run, RealClock())
    try:
        children.start("city-cameras", command_of(settings, "city-cameras"))
        await _answers("127.0.0.1", script.camera_port, "The pretended cameras")
        start_node(children, settings)
        await _answers(*_listening(settings), "The node")
        children.start("city-people", command_of(settings, "city-people"))
        yield
    finally:
        await children.close()
        (run / "city.json").unlink(missing_ok=True)


async def _prepare(settings: Settings, films: Path, *, headless: bool) -> tuple[Script, dict[str, str]]:
    """Draws the films, plants the city, and makes everybody's sign-in tokens."""
    check_port(settings)
    city = simulator.plan_city()
    await _draw(films, city)
    port = free_port(8554, 2)

    async def plant(node: Node, by: Actor) -> tuple[dict[str, str], dict[str, str]]:
        await plant_city(node, by, city, port)
        places = {each.name: each.place for each in city.crossings}
        footage.write_durably(settings.data / "places.json", msgspec.json.encode(places))
        # The first unit's phone is for the person who tries the demo; everybody else's is pretended.
        mine = city.units[0].crew[0]
        links = {role: await link_for(node, by, _first(city, role, mine)) for role in ROLES}
        pretended = [unit.crew[0] for unit in city.units if headless or unit.crew[0] != mine]
        if headless:
            pretended += [each.sign_in for each in city.people if each.roles in (("operator",), ("desk",))]
        return links, {name: await link_for(node, by, name) for name in pretended}

    links, tokens = await at_shell(settings, plant)
    script = Script(films, port, address(settings), 4.0 if headless else 1.0, headless, tokens)
    return script, links


async def _draw(folder: Path, city: simulator.City) -> None:
    """Draws the streets that are not drawn yet, with a bar on standard error."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Drawing the streets", total=1.0)
        films = [simulator.Wanted(each.number, each.coding, each.small) for each in city.cameras]
        await simulator.draw_films(
            folder, films, os.cpu_count() or 1, lambda share: progress.update(bar, completed=share)
        )


async def plant_city(node: Node, by: Actor, city: simulator.City, camera_port: int) -> None:
    """Adds what of the city is not there yet, and sets the cameras' addresses."""
    known = {each.code for each in await access.bureaus(node)}
    for bureau in city.bureaus:
        if bureau.code not in known:
            await access.add_bureau(node, by, code=bureau.code, name=bureau.name, polygon=bureau.polygon)
    people = {each.sign_in: each.id for each in await access.people(node)}
    for each in city.people:
        if each.sign_in not in people:
            person = await access.add_person(
                node, by, name=each.name, sign_in=each.sign_in, roles=each.roles, bureau=each.bureau
            )
            people[each.sign_in] = person.id
    await _plant_cameras(node, by, city, camera_port)
    units = {each.call_sign for each in await dispatch.units(node)}
    for unit in city.units:
        if unit.call_sign not in units:
            crew = [f"person:{people[name]}" for name in unit.crew]
            await dispatch.add_unit(
                node,
                by,
                call_sign=unit.call_sign,
                kind=dispatch.UnitKind(unit.kind),
                bureau=unit.bureau,
                crew=crew,
            )


async def _plant_cameras(node: Node, by: Actor, city: simulator.City, port: int) -> None:
    known = {each.name: each for each in await cameras.cameras(node)}
    for camera in city.cameras:
        url = camera.url("127.0.0.1", port)
        old = known.get(camera.name)
        if old is None:
            await cameras.add(
                node, by, name=camera.name, url=url, bureau=camera.bureau, place=camera.place,
                bearing_deg=camera.bearing_deg, view_deg=camera.view_deg, range_m=camera.range_m,
                controller=f"City of {city.name}", regime=cameras.Regime.CITY, audio=camera.voice is not None,
                sub_url=camera.small_url("127.0.0.1", port),
            )  # fmt: skip
        elif old.url != url:
            await cameras.change(node, by, old.id, url=url, sub_url=camera.small_url("127.0.0.1", port))


def _first(city: simulator.City, role: str, officer: str) -> str:
    return officer if role == "officer" else next(each.sign_in for each in city.people if role in each.roles)


def _write_script(file: Path, script: Script) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(msgspec.json.encode(script, enc_hook=str))


async def _answers(host: str, port: int, who: str) -> None:
    """Waits until somebody takes calls. Raises Unavailable after a minute."""
    clock = RealClock()
    begun = clock.monotonic()
    while clock.monotonic() - begun < START_S:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
        await clock.sleep(0.1)
    raise Unavailable(f"{who} did not answer within {START_S:.0f} s; see what was said above.")


def _listening(settings: Settings) -> tuple[str, int]:
    return address(settings).split("//")[1].rsplit(":", 1)[0], settings.port


def _print_links(settings: Settings, links: Mapping[str, str]) -> None:
    """One link a role. Each works once; `safecity people link` makes another."""
    lines: Iterable[str] = (
        f"  {role:14} {address(settings)}/signin/link/{token}" for role, token in links.items()
    )
    print(  # noqa: T201  for the person at the shell
        f"\nThe demo city of {settings.city} is up. Sign in, each role in a browser of its own:\n",
        *lines,
        f"  {'public':14} {address(settings)}/public",
        "\nEach link works once. Ctrl-C ends everything.",
        sep="\n",
        flush=True,
    )


def run_city_process(process: str, parent: int, settings: Settings) -> int:
    """The main function of the city's own processes: its cameras, its people."""
    end_with_parent(parent)
    logging.basicConfig(
        level=settings.log_level.upper(), format=f"%(asctime)s {process} %(levelname)s: %(message)s"
    )
    script = msgspec.json.decode(
        (settings.data / "run" / "city.json").read_bytes(),
        type=Script,
        dec_hook=lambda kind, text: kind(text),
    )
    clock = RealClock()
    if process == "city-cameras":
        work = simulator.serve_cameras(script.films, script.camera_port, clock, pace=script.pace)
    else:
        plot = simulator.Plot(
            script.base_url,
            script.tokens,
            simulator.plan_city(),
            clock,
            pace=script.pace,
            headless=script.headless,
        )
        work = simulator.drive_people(plot)
    import uvloop

    uvloop.run(until_told(work))
    return 0
