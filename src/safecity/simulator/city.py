"""Lumora, the demo city: bureaus, cameras, units and people, always the same. Invented; CC0.

Everything here is plain and pure but for one file, `city.json`, which has the geometry. Whoever sets the city up feeds
these plans to the rooms' verbs; passwords of people are none: they sign in by one-time links.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import msgspec

from safecity.base import Place
from safecity.simulator.chance import chance_of
from safecity.simulator.rtsp import Fault, FaultKind, VoiceCodec
from safecity.simulator.scenes import Coding

CAMERAS, UNITS, OFFICERS = 24, 26, 60
SMALL_PATH = "-small"
CAMERA_USER, CAMERA_PASSWORD = "lumora", "lantern-street-24"
LOST_CAMERA, REFUSING_CAMERA = 23, 24
# What cameras can do besides: one codes in H.265, two have a microphone that may be heard, one has a small stream.
H265_CAMERAS = frozenset({2})
VOICES = {3: VoiceCodec.AAC, 9: VoiceCodec.PCMA}
SMALL_CAMERA = 5
# One lively street a bureau, the others quiet: the queue stays calm, yet there is always something to see.
LIVELY_CAMERAS, LIVELY_S, QUIET_S = 6, 100.0, 600.0

_FIRST = (
    "Amara", "Bruno", "Chidi", "Daria", "Elif", "Farid", "Grace", "Hana", "Ines", "Jonas", "Kofi", "Leila", "Milan",
    "Nadia", "Omar", "Priya", "Quentin", "Rosa", "Samir", "Tala", "Ugo", "Vera", "Wanjiru", "Yusuf", "Zora",
)  # fmt: skip
_LAST = (
    "Abara", "Banda", "Costa", "Demir", "Eklund", "Farah", "Garcia", "Haddad", "Ito", "Jansen", "Karimi", "Lindqvist",
    "Mwangi", "Novak", "Okafor", "Petrov", "Quispe", "Rahimova", "Silva", "Tanaka", "Usman", "Varga", "Weber", "Zhou",
)  # fmt: skip


@dataclass(frozen=True)
class PlannedBureau:
    """A bureau and the outline of what it looks after."""

    code: str
    name: str
    polygon: tuple[Place, ...]


@dataclass(frozen=True)
class PlannedCamera:
    """A camera: where it stands, what it sees, and what is to go wrong with it.

    `number` is also its film's; `between_s` the mean time from one arrival in its picture to the next. What it has a
    `voice` for is recorded with its sound. `small` says that it has a small stream too.
    """

    number: int
    name: str
    bureau: str
    place: Place
    bearing_deg: float
    view_deg: float
    range_m: float
    path: str
    own_port: bool
    between_s: float
    faults: tuple[Fault, ...]
    user: str
    password: str
    coding: Coding = Coding.H264
    voice: VoiceCodec | None = None
    small: bool = False

    def url(self, host: str, port: int) -> str:
        """Where the camera is, with the credentials that the city believes in."""
        return f"rtsp://{self.user}:{self.password}@{host}:{port + self.own_port}/{self.path}"

    def small_url(self, host: str, port: int) -> str | None:
        """Where its small stream is, if it has one."""
        return f"{self.url(host, port)}{SMALL_PATH}" if self.small else None


@dataclass(frozen=True)
class PlannedPerson:
    """Somebody who works here. `bureau` is None for the whole city."""

    sign_in: str
    name: str
    roles: tuple[str, ...]
    bureau: str | None


@dataclass(frozen=True)
class PlannedUnit:
    """Officers who go together; `crew` are their sign-in names, `beat` the place they keep near."""

    number: int
    call_sign: str
    kind: str
    bureau: str
    crew: tuple[str, ...]
    beat: Place


@dataclass(frozen=True)
class Crossing:
    """Where two large roads meet."""

    name: str
    place: Place
    bureau: str
    road_bearing_deg: float


@dataclass(frozen=True)
class City:
    """The whole plan."""

    name: str
    centre: Place
    zoom: float
    timezone: str
    bureaus: tuple[PlannedBureau, ...]
    crossings: tuple[Crossing, ...]
    roads: tuple[tuple[Place, ...], ...]
    cameras: tuple[PlannedCamera, ...]
    people: tuple[PlannedPerson, ...]
    units: tuple[PlannedUnit, ...]


def plan_city() -> City:
    """Reads the geometry and plans the rest."""
    geometry = msgspec.json.decode((files("safecity.simulator") / "city.json").read_bytes(), type=_Geometry)
    crossings = tuple(
        Crossing(each.name, Place(each.lat, each.lon), each.bureau, each.road_bearing_deg)
        for each in geometry.crossings
    )
    bureaus = tuple(PlannedBureau(each.code, each.name, _line(each.polygon)) for each in geometry.bureaus)
    units, officers = _units(bureaus, crossings)
    return City(
        name=geometry.name,
        centre=Place(geometry.centre[1], geometry.centre[0]),
        zoom=geometry.zoom,
        timezone=geometry.timezone,
        bureaus=bureaus,
        crossings=crossings,
        roads=tuple(_line(road) for road in geometry.roads),
        cameras=_cameras(bureaus, crossings),
        people=(*_staff(bureaus), *officers),
        units=units,
    )


@dataclass(frozen=True)
class _Bureau:
    code: str
    name: str
    polygon: list[tuple[float, float]]


@dataclass(frozen=True)
class _Crossing:
    name: str
    lon: float
    lat: float
    bureau: str
    road_bearing_deg: float


@dataclass(frozen=True)
class _Geometry:
    """What `city.json` holds that matters here; places are longitude, latitude."""

    name: str
    centre: tuple[float, float]
    zoom: float
    timezone: str
    bureaus: list[_Bureau]
    crossings: list[_Crossing]
    roads: list[list[tuple[float, float]]]


def _line(points: Sequence[tuple[float, float]]) -> tuple[Place, ...]:
    return tuple(Place(lat, lon) for lon, lat in points)


def _cameras(bureaus: Sequence[PlannedBureau], crossings: Sequence[Crossing]) -> tuple[PlannedCamera, ...]:
    """Four to a bureau, at its crossings nearest to the centre; two of them are there to go wrong."""
    chance = chance_of(0, "cameras")
    names = {bureau.code: bureau.name for bureau in bureaus}
    each_bureau = CAMERAS // len(bureaus)
    chosen = [
        crossing
        for place in range(each_bureau)
        for bureau in bureaus
        for crossing in [each for each in crossings if each.bureau == bureau.code][place : place + 1]
    ]
    return tuple(
        _camera(number, crossing, names[crossing.bureau], chance.choice((0, 90, 180, 270)))
        for number, crossing in enumerate(chosen, 1)
    )


def _camera(number: int, crossing: Crossing, bureau: str, turned_deg: int) -> PlannedCamera:
    street, _, other = crossing.name.replace("Street", "St").replace("Avenue", "Ave").partition(" / ")
    bearing = (crossing.road_bearing_deg + turned_deg) % 360
    looks = ("north", "east", "south", "west")[round(bearing / 90) % 4]
    away = Fault(kind=FaultKind.OFFLINE, from_s=80, until_s=130, every_s=420)
    return PlannedCamera(
        number=number,
        name=f"{bureau} / {street} at {other}, {looks}",
        bureau=crossing.bureau,
        place=crossing.place,
        bearing_deg=bearing,
        view_deg=63.0,
        range_m=60.0,
        path=f"{number:02}",
        own_port=number == LOST_CAMERA,
        between_s=LIVELY_S if number <= LIVELY_CAMERAS else QUIET_S,
        faults=(away,) if number == LOST_CAMERA else (),
        user=CAMERA_USER,
        password="mislaid" if number == REFUSING_CAMERA else CAMERA_PASSWORD,
        coding=Coding.H265 if number in H265_CAMERAS else Coding.H264,
        voice=VOICES.get(number),
        small=number == SMALL_CAMERA,
    )


def _names() -> list[str]:
    """Names enough for everyone, no two alike, in an order of their own."""
    names = [f"{first} {last}" for first in _FIRST for last in _LAST]
    chance_of(0, "names").shuffle(names)
    return names


def _staff(bureaus: Sequence[PlannedBureau]) -> tuple[PlannedPerson, ...]:
    """Three operators, a desk officer for each bureau, an auditor and an administrator."""
    names = iter(_names()[OFFICERS:])
    return (
        *(PlannedPerson(f"operator-{number}", next(names), ("operator",), None) for number in (1, 2, 3)),
        *(PlannedPerson(f"desk-{each.code.lower()}", next(names), ("desk",), each.code) for each in bureaus),
        PlannedPerson("auditor", next(names), ("auditor",), None),
        PlannedPerson("administrator", next(names), ("administrator",), None),
    )


def _units(
    bureaus: Sequence[PlannedBureau], crossings: Sequence[Crossing]
) -> tuple[tuple[PlannedUnit, ...], tuple[PlannedPerson, ...]]:
    """Fourteen cars (eight of them with three officers), seven foot patrols and five pairs of motorcycles."""
    kinds = [("car", 3)] * 8 + [("car", 2)] * 6 + [("foot", 2)] * 7 + [("motorcycle", 2)] * 5
    tens = {"car": 10, "foot": 30, "motorcycle": 50}
    chance = chance_of(0, "units")
    names, counts = _names(), Counter[tuple[str, str]]()
    units: list[PlannedUnit] = []
    officers: list[PlannedPerson] = []
    for number, (kind, heads) in enumerate(kinds, 1):
        bureau = bureaus[number % len(bureaus)].code
        counts[bureau, kind] += 1
        crew = tuple(f"officer-{len(officers) + each:02}" for each in range(1, heads + 1))
        officers += [
            PlannedPerson(sign_in, names[len(officers) + at], ("officer",), bureau)
            for at, sign_in in enumerate(crew)
        ]
        beat = chance.choice([each.place for each in crossings if each.bureau == bureau])
        units.append(
            PlannedUnit(number, f"{bureau}-{tens[kind] + counts[bureau, kind]}", kind, bureau, crew, beat)
        )
    return tuple(units), tuple(officers)
