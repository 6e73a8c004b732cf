from safecity.base import contains, distance_m
from safecity.simulator.city import LOST_CAMERA, REFUSING_CAMERA, plan_city
from safecity.simulator.rtsp import VoiceCodec
from safecity.simulator.scenes import Coding

CITY = plan_city()


def test_the_city_has_the_numbers_it_promises():
    assert len(CITY.bureaus) == 6
    assert len(CITY.cameras) == 24
    assert len(CITY.units) == 26
    officers = [person for person in CITY.people if person.roles == ("officer",)]
    assert len(officers) == 60
    assert sorted(sign_in for unit in CITY.units for sign_in in unit.crew) == [
        person.sign_in for person in officers
    ]
    assert {role for person in CITY.people for role in person.roles} == {
        "operator", "desk", "officer", "auditor", "administrator",
    }  # fmt: skip


def test_no_two_names_are_alike():
    for names in (
        [camera.name for camera in CITY.cameras],
        [unit.call_sign for unit in CITY.units],
        [person.name for person in CITY.people],
        [person.sign_in for person in CITY.people],
    ):
        assert len(set(names)) == len(names)


def test_cameras_and_beats_lie_in_their_bureau():
    outlines = {bureau.code: bureau.polygon for bureau in CITY.bureaus}
    assert all(contains(outlines[camera.bureau], camera.place) for camera in CITY.cameras)
    assert all(contains(outlines[unit.bureau], unit.beat) for unit in CITY.units)
    assert all(sum(camera.bureau == bureau.code for camera in CITY.cameras) == 4 for bureau in CITY.bureaus)


def test_cameras_stand_at_crossings_and_look_somewhere():
    crossings = [crossing.place for crossing in CITY.crossings]
    for camera in CITY.cameras:
        assert min(distance_m(camera.place, place) for place in crossings) < 1
        assert 0 <= camera.bearing_deg < 360
        assert camera.name.rsplit(", ", 1)[1] in {"north", "east", "south", "west"}


def test_one_camera_gets_lost_and_one_has_a_password_mislaid():
    cameras = {camera.number: camera for camera in CITY.cameras}
    lost, refusing = cameras[LOST_CAMERA], cameras[REFUSING_CAMERA]
    assert lost.own_port
    assert lost.faults
    assert lost.url("127.0.0.1", 8554).startswith("rtsp://lumora:")
    assert lost.url("127.0.0.1", 8554).endswith("@127.0.0.1:8555/23")
    assert refusing.password != cameras[1].password


def test_the_plan_is_the_same_each_time():
    assert plan_city() == CITY


def test_some_cameras_can_do_more_than_others():
    usual = [camera for camera in CITY.cameras if camera.number not in {LOST_CAMERA, REFUSING_CAMERA}]
    assert sum(camera.coding is Coding.H265 for camera in usual) == 1
    assert {camera.voice for camera in usual} == {None, VoiceCodec.AAC, VoiceCodec.PCMA}
    (small,) = [each for camera in usual if (each := camera.small_url("127.0.0.1", 8554))]
    assert small.endswith("@127.0.0.1:8554/05-small")
