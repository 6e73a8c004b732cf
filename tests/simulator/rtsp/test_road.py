import asyncio

from safecity.simulator.rtsp.road import Road
from safecity.simulator.rtsp.weather import Packet, Trip


async def until(arrived: list[bytes], count: int) -> None:
    async with asyncio.timeout(10):
        while len(arrived) < count:
            await asyncio.sleep(0)


async def test_a_clear_road_takes_no_time():
    arrived: list[bytes] = []
    Road(lambda packet: arrived.append(bytes(packet))).take(Trip([b"a", b"b"]), 0)
    assert arrived == [b"a", b"b"]


async def test_what_is_late_holds_up_what_follows():
    arrived: list[bytes] = []
    road = Road(lambda packet: arrived.append(bytes(packet)))
    road.take(Trip([b"late"], late_s=0.05), 0)
    road.take(Trip([b"quick"]), 0)
    assert (arrived, road.bytes) == ([], 9)
    await until(arrived, 2)
    assert (arrived, road.bytes) == ([b"late", b"quick"], 0)


async def test_a_narrow_road_lets_packets_through_one_by_one():
    begun = asyncio.get_running_loop().time()
    moments: list[float] = []

    def note(packet: Packet) -> None:
        del packet
        moments.append(asyncio.get_running_loop().time() - begun)

    Road(note).take(Trip([bytes(250)] * 3), 100)  # 20 ms each
    async with asyncio.timeout(10):
        while len(moments) < 3:
            await asyncio.sleep(0)
    assert all(moment > 0.018 * number for number, moment in enumerate(moments, 1))


async def test_a_road_that_is_closed_brings_nothing_more():
    arrived: list[bytes] = []
    road = Road(lambda packet: arrived.append(bytes(packet)))
    road.take(Trip([b"a"], late_s=0.01), 0)
    road.close()
    await asyncio.sleep(0.03)
    assert (arrived, road.bytes) == ([], 0)
