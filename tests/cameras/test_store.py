"""A camera comes back from its row as it went in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safecity.base import Place
from safecity.cameras.model import Camera, HealthState, Regime
from safecity.cameras.store import CameraRow, columns, first_health

shares = st.floats(0, 1)
shapes = st.lists(st.lists(st.tuples(shares, shares), min_size=3, max_size=5).map(tuple), max_size=3).map(
    tuple
)
every_camera = st.builds(
    Camera,
    id=st.just("c1"),
    name=st.just("Gate 3"),
    url=st.just("rtsp://h/x"),
    sub_url=st.none() | st.just("rtsp://h/y"),
    bureau=st.just("CEN"),
    place=st.builds(Place, st.floats(-90, 90), st.floats(-180, 180)),
    bearing_deg=st.floats(0, 360),
    view_deg=st.floats(1, 360),
    range_m=st.floats(1, 5000),
    controller=st.just("City police"),
    regime=st.sampled_from(Regime),
    privacy_areas=shapes,
    zones=shapes,
    masks=shapes,
    record=st.booleans(),
    enabled=st.booleans(),
    keep_days=st.none() | st.integers(1, 3650),
)


@given(every_camera)
def test_a_camera_survives_its_row(camera: Camera):
    values = {**columns(camera), "regime": camera.regime, "added_ms": 0, "removed_ms": None}
    assert CameraRow(**values).camera() == camera  # pyright: ignore[reportArgumentType]


@given(every_camera)
def test_a_new_camera_is_called_unless_it_is_off(camera: Camera):
    state = first_health(camera, 7).state
    assert state is (HealthState.CONNECTING if camera.enabled else HealthState.OFF)
