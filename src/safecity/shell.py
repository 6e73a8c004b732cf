"""Verbs for whoever sits at the machine itself: an administrator by the facts, named by their user name.

They work on the node's database whether the node runs or not; a running node hears of them within half a second.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import msgspec

from safecity import access, cameras, dispatch, footage, oversight
from safecity.app import archive_of, index_of, log_keys, open_node, recorder_names, reserve_of
from safecity.base import Actor, BadInput, Conflict, Node, NotFound, Place, Unreadable, moved
from safecity.settings import Settings, map_centre

T = TypeVar("T")
FIRST_BUREAU = "HQ"
FIRST_BUREAU_M = 25_000


async def at_shell(settings: Settings, work: Callable[[Node, Actor], Awaitable[T]]) -> T:
    """Runs a verb on this machine's node."""
    by = Actor(id=f"shell:{getpass.getuser()}", roles=frozenset({"administrator"}), purpose="administration")
    async with open_node(settings) as node:
        return await work(node, by)


async def add_camera(
    node: Node, by: Actor, settings: Settings, *, name: str, url: str, place: str, bureau: str, bearing_deg: float,
    controller: str,
) -> cameras.Camera:  # fmt: skip
    """Adds a camera with what a newcomer knows. Without a place it stands in the middle of the map.

    Raises BadInput, Conflict. A city that has no bureau yet gets one for everything around the map's middle.
    """
    where = _place(place) if place else Place(*map_centre(settings))
    code = bureau or await _bureau_for(node, by, settings, where)
    return await cameras.add(
        node, by, name=name, url=url, bureau=code, place=where, bearing_deg=bearing_deg,
        controller=controller or settings.city, regime=cameras.Regime.CITY,
    )  # fmt: skip


async def _bureau_for(node: Node, by: Actor, settings: Settings, place: Place) -> str:
    every = await access.bureaus(node)
    if not every:
        centre = Place(*map_centre(settings))
        corners = [moved(centre, bearing, FIRST_BUREAU_M) for bearing in (45, 135, 225, 315)]
        bureau = await access.add_bureau(node, by, code=FIRST_BUREAU, name="Headquarters", polygon=corners)
        return bureau.code
    if len(every) == 1:
        return every[0].code
    found = await access.bureau_at(node, place)
    if found is None:
        raise BadInput("No bureau answers for that place; give one with --bureau.")
    return found.code


def _place(text: str) -> Place:
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError as error:
        raise BadInput("A place is a latitude and a longitude in degrees, such as 10.01,20.02.") from error
    return Place(lat, lon)


async def treat_camera(node: Node, by: Actor, name: str, what: str) -> None:
    """Does to a camera of this name: `remove`, or `retake-plate` (its empty scene is learned anew). Raises NotFound."""
    treat = {"remove": cameras.remove, "retake-plate": footage.retake_plate}[what]
    found = [each for each in await cameras.cameras(node) if each.name == name]
    if not found:
        raise NotFound(f"There is no camera called {name!r}.")
    await treat(node, by, found[0].id)


async def link_for(node: Node, by: Actor, sign_in: str) -> str:
    """A one-time sign-in token for someone, by the name they sign in with. Raises NotFound."""
    found = [each for each in await access.people(node) if each.sign_in == sign_in]
    if not found:
        raise NotFound(f"There is no person who signs in as {sign_in!r}.")
    return await access.issue_link(node, by, found[0].id)


async def add_unit(
    node: Node, by: Actor, *, call_sign: str, kind: str, bureau: str, crew: list[str]
) -> dispatch.Unit:
    """Adds a unit; its crew are sign-in names. Raises BadInput, NotFound, Conflict."""
    if kind not in set(dispatch.UnitKind):
        raise BadInput(f"A unit goes by {', '.join(dispatch.UnitKind)}; not by {kind!r}.")
    people = {each.sign_in: each.id for each in await access.people(node)}
    for each in crew:
        if each not in people:
            raise NotFound(f"There is no person who signs in as {each!r}.")
    ids = [f"person:{people[each]}" for each in crew]
    return await dispatch.add_unit(
        node, by, call_sign=call_sign, kind=dispatch.UnitKind(kind), bureau=bureau, crew=ids
    )


class _Properties(msgspec.Struct):
    code: str
    name: str


class _Geometry(msgspec.Struct):
    type: str
    coordinates: list[list[tuple[float, float]]]


class _Feature(msgspec.Struct):
    properties: _Properties
    geometry: _Geometry


class _Collection(msgspec.Struct):
    type: str
    features: list[_Feature]


async def import_bureaus(node: Node, by: Actor, content: bytes) -> int:
    """Adds and changes bureaus from GeoJSON (RFC 7946): polygons with the properties `code` and `name`.

    All or none are checked before the first is taken. Raises Unreadable, BadInput. Returns how many there were.
    """
    try:
        found = msgspec.json.decode(content, type=_Collection)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"This is no GeoJSON with bureaus: {error}.") from error
    grounds: list[tuple[_Properties, list[Place]]] = []
    for feature in found.features:
        if feature.geometry.type != "Polygon" or not feature.geometry.coordinates:
            raise Unreadable(f"The ground of {feature.properties.code} is no polygon.")
        grounds.append(
            (feature.properties, [Place(lat, lon) for lon, lat in feature.geometry.coordinates[0]])
        )
    for properties, polygon in grounds:
        await access.add_bureau(node, by, code=properties.code, name=properties.name, polygon=polygon)
    return len(grounds)


async def verify_log(settings: Settings, kept: str | None = None) -> oversight.Verdict:
    """Walks the whole log of this machine's node; `kept` is a checkpoint's note that was kept elsewhere."""
    if not settings.data.is_dir():
        raise NotFound(f"There is no data directory {settings.data}.")
    async with open_node(settings) as node:
        return await oversight.verify(node.database, log_keys(settings).public, kept=kept)


def tally_footage(
    settings: Settings, name: str | None, from_ms: int, to_ms: int
) -> Callable[[Node, Actor], Awaitable[dict[str, footage.Completeness]]]:
    """Work at the shell: how complete footage is, by camera's name; of one camera, by name or id, or of all.

    Raises NotFound, IndexAway. Time since a recorder was last alive counts as its own.
    """

    async def work(node: Node, _: Actor) -> dict[str, footage.Completeness]:
        every = await cameras.cameras(node)
        wanted = [each for each in every if name is None or name in {each.id, each.name}]
        if name is not None and not wanted:
            raise NotFound(f"There is no camera called {name!r}.")
        archive = archive_of(settings)
        return {each.name: footage.tally(archive, each.id, from_ms, to_ms) for each in wanted}

    return work


def _is_of(recorders: int, recorder: int, camera: str) -> bool:
    return footage.recorder_of(camera, recorders) == recorder


def rebuild_index(settings: Settings) -> int:
    """Makes every recorder's index anew from the files; returns how many segments there are. Raises Conflict."""
    if not (settings.data / "footage").is_dir():
        raise NotFound(f"There is no footage in {settings.data}.")
    if any((settings.data / "run").glob("recorder-*.pid")):
        raise Conflict("The node is running; stop it before its index is made anew.")
    segments, reserve = 0, reserve_of(settings)
    folders = [footage.Folder("", settings.data / "footage")]
    if reserve is not None and reserve.is_dir():
        folders.append(footage.Folder(footage.RESERVE, reserve))
    for number, name in enumerate(recorder_names(settings)):
        file = settings.data / "index" / f"{name}.db"
        if file.exists():
            file.replace(file.with_suffix(".db.old"))
        for rest in ("-wal", "-shm"):
            file.with_name(file.name + rest).unlink(missing_ok=True)
        index = index_of(settings, name, writable=True)
        suits = partial(_is_of, settings.recorders, number)
        segments += footage.rebuild(folders, index, suits=suits, processes=os.cpu_count() or 1).segments
        index.close()
    return segments
