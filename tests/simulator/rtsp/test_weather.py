from random import Random

from hypothesis import given
from hypothesis import strategies as st

from safecity.simulator.rtsp.weather import CLEAR, ROUND_TRIP_S, TIMER_S, Weather, travel

PACKETS = [bytes([number]) for number in range(50)]
CHANCES = st.floats(0, 1)


def test_in_clear_weather_everything_arrives_at_once():
    trip = travel(PACKETS, CLEAR, Random(1), repairs=False)
    assert (list(trip.packets), trip.lost, trip.late_s) == (PACKETS, 0, 0)


def test_udp_loses_for_good_what_tcp_brings_late():
    bad = Weather(loss=0.2)
    udp, tcp = (travel(PACKETS, bad, Random(7), repairs=repairs) for repairs in (False, True))
    assert len(udp.packets) + udp.lost == 50
    assert udp.lost > 0
    assert udp.late_s == 0
    assert (list(tcp.packets), tcp.lost) == (PACKETS, 0)
    assert tcp.late_s > ROUND_TRIP_S


def test_the_last_packet_of_a_picture_is_missed_only_when_a_timer_runs_out():
    assert travel([b"a"], Weather(loss=1.0), Random(1), repairs=True).late_s >= TIMER_S


def test_holes_are_left_on_every_way():
    assert travel(PACKETS, Weather(holes=1.0), Random(1), repairs=True).lost == 50


def test_order_is_kept_over_tcp_only():
    mixed = travel(PACKETS, Weather(reorder=0.5), Random(1), repairs=False)
    assert list(mixed.packets) != PACKETS
    assert sorted(map(bytes, mixed.packets)) == PACKETS
    assert list(travel(PACKETS, Weather(reorder=0.5), Random(1), repairs=True).packets) == PACKETS


WEATHERS = st.builds(
    Weather, loss=CHANCES, reorder=CHANCES, duplicate=CHANCES, holes=CHANCES, jitter_ms=st.floats(0, 500)
)


@given(WEATHERS, st.booleans(), st.integers())
def test_no_packet_comes_from_nowhere(weather: Weather, repairs: bool, seed: int):
    trip = travel(PACKETS, weather, Random(seed), repairs=repairs)
    assert set(map(bytes, trip.packets)) <= set(map(bytes, PACKETS))
    assert len(set(map(bytes, trip.packets))) + trip.lost == 50
    assert trip.late_s >= 0
