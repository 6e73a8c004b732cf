"""Numbers are read bit by bit, and never beyond the end."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.adapters.devices.rtsp.bits import BadSet, Bits, PictureSize


def coded(number: int) -> str:
    """An unsigned Exp-Golomb number, written here anew."""
    binary = f"{number + 1:b}"
    return "0" * (len(binary) - 1) + binary


def packed(bits: str) -> bytes:
    """As bytes, with what guards against start codes."""
    bits += "0" * (-len(bits) % 8)
    plain = int("1" + bits, 2).to_bytes(len(bits) // 8 + 1)[1:]
    guarded, zeros = bytearray(), 0
    for byte in plain:
        if zeros >= 2 and byte <= 3:
            guarded.append(3)
            zeros = 0
        guarded.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(guarded)


@given(st.lists(st.integers(0, 2**31), max_size=20))
def test_numbers_are_read_back(numbers: list[int]):
    bits = Bits(b"\x67" + packed("".join(map(coded, numbers)) + "1"), 1)
    assert [bits.ue() for _ in numbers] == numbers
    assert bits.take(1) == 1


@pytest.mark.parametrize(("code", "number"), [(0, 0), (1, 1), (2, -1), (3, 2), (4, -2)])
def test_signed_numbers_take_turns(code: int, number: int):
    assert Bits(packed(coded(code)), 0).se() == number


def test_the_end_is_the_end():
    with pytest.raises(BadSet, match="ends too early"):
        Bits(b"\x67\xff", 1).take(9)
    with pytest.raises(BadSet, match="too large"):
        Bits(b"\0\0\0\0\0\0\xff\xff", 0).ue()


@pytest.mark.parametrize("side", [0, -2, 20_000])
def test_a_picture_has_a_size_that_can_be(side: int):
    with pytest.raises(BadSet):
        PictureSize(side, 720)


@given(st.binary(max_size=40), st.lists(st.sampled_from(["ue", "se", "take"]), max_size=60))
def test_arbitrary_bits_do_no_harm(data: bytes, reads: list[str]):
    bits = Bits(data, 0)
    with contextlib.suppress(BadSet):
        for read in reads:
            if read == "take":
                bits.take(3)
            else:
                getattr(bits, read)()
