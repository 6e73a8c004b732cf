"""Rows of cameras, private to this room."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from safecity.base import Change, Conflict, NotFound, Place, Value, load_queries
from safecity.cameras.events import CameraHealthChanged
from safecity.cameras.model import Camera, Health, HealthState, Regime, Shape, Signal, Transport
from safecity.cameras.rules import next_state

SQL = load_queries("safecity.cameras")


@dataclass(frozen=True)
class CameraRow:
    """A row of the table `camera`."""

    id: str
    name: str
    url: str
    sub_url: str | None
    bureau: str
    lat: float
    lon: float
    bearing_deg: float
    view_deg: float
    range_m: float
    controller: str
    regime: Regime
    privacy_areas_json: str
    zones_json: str
    masks_json: str
    record: int
    enabled: int
    keep_days: int | None
    added_ms: int
    removed_ms: int | None
    hide_in_recording: int
    audio: int
    transport: Transport
    retention: str
    keep_bytes: int | None

    def camera(self) -> Camera:
        """The camera of this row."""
        return Camera(
            id=self.id,
            name=self.name,
            url=self.url,
            sub_url=self.sub_url,
            bureau=self.bureau,
            place=Place(self.lat, self.lon),
            bearing_deg=self.bearing_deg,
            view_deg=self.view_deg,
            range_m=self.range_m,
            controller=self.controller,
            regime=self.regime,
            privacy_areas=_shapes(self.privacy_areas_json),
            zones=_shapes(self.zones_json),
            masks=_shapes(self.masks_json),
            record=bool(self.record),
            enabled=bool(self.enabled),
            keep_days=self.keep_days,
            hide_in_recording=bool(self.hide_in_recording),
            audio=bool(self.audio),
            transport=self.transport,
            retention=self.retention,
            keep_bytes=self.keep_bytes,
        )


def _shapes(text: str) -> tuple[Shape, ...]:
    return msgspec.json.decode(text, type=tuple[Shape, ...])


def columns(camera: Camera) -> dict[str, Value]:
    """The values of a camera's columns."""
    return {
        "id": camera.id,
        "name": camera.name,
        "url": camera.url,
        "sub_url": camera.sub_url,
        "bureau": camera.bureau,
        "lat": camera.place.lat,
        "lon": camera.place.lon,
        "bearing_deg": camera.bearing_deg,
        "view_deg": camera.view_deg,
        "range_m": camera.range_m,
        "controller": camera.controller,
        "regime": str(camera.regime),
        "privacy_areas_json": msgspec.json.encode(camera.privacy_areas).decode(),
        "zones_json": msgspec.json.encode(camera.zones).decode(),
        "masks_json": msgspec.json.encode(camera.masks).decode(),
        "record": int(camera.record),
        "enabled": int(camera.enabled),
        "keep_days": camera.keep_days,
        "hide_in_recording": int(camera.hide_in_recording),
        "audio": int(camera.audio),
        "transport": str(camera.transport),
        "retention": camera.retention,
        "keep_bytes": camera.keep_bytes,
    }


async def present(change: Change, camera: str) -> Camera:
    """The camera with this id. Raises NotFound where there is none, or where it was removed."""
    row = await change.fetch_one(CameraRow, SQL["camera"], id=camera)
    if row is None or row.removed_ms is not None:
        raise NotFound("There is no such camera.")
    return row.camera()


async def check_name_is_free(change: Change, camera: Camera) -> None:
    """Raises Conflict where another camera has this name."""
    other = await change.fetch_one(CameraRow, SQL["camera_by_name"], name=camera.name)
    if other is not None and other.id != camera.id:
        raise Conflict(f"There is a camera named {camera.name} already; choose another name.")


async def signal_health(change: Change, camera: str, signal: Signal, reason: str) -> Health:
    """Moves a camera's health by the table, and tells a fact where it or the reason changed."""
    now = await change.fetch_one(Health, SQL["health_of"], camera=camera)
    if now is None:
        raise NotFound("There is no such camera.")
    after = next_state(now.state, signal)
    heard = after is not now.state or signal.value == now.state.value
    if not heard or (after is now.state and reason == now.reason):
        return now
    since_ms = now.since_ms if after is now.state else change.now_ms
    health = Health(camera=camera, state=after, reason=reason, since_ms=since_ms)
    await put_health(change, health)
    change.tell(CameraHealthChanged(camera=camera, state=after, reason=reason))
    return health


async def put_health(change: Change, health: Health) -> None:
    """Writes how a camera is, without a fact."""
    await change.execute(
        SQL["put_health"],
        camera=health.camera,
        state=str(health.state),
        reason=health.reason,
        since_ms=health.since_ms,
    )


def first_health(camera: Camera, now_ms: int) -> Health:
    """How a camera is that was just added."""
    state = HealthState.CONNECTING if camera.enabled else HealthState.OFF
    return Health(camera=camera.id, state=state, reason="", since_ms=now_ms)
