"""Addresses are taken apart; the password never stands in a request line or an error."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.adapters.devices.rtsp.address import parse_address
from safecity.base import BadInput


def test_the_request_holds_no_password():
    address = parse_address("rtsp://admin:s3c%2Fret%40@10.0.0.5:8554/live/ch1?stream=0")
    assert (address.host, address.port, address.url) == (
        "10.0.0.5",
        8554,
        "rtsp://10.0.0.5:8554/live/ch1?stream=0",
    )
    assert (address.user, address.password) == ("admin", "s3c/ret@")
    assert "s3c" not in repr(address)
    assert address.name == "10.0.0.5:8554"


def test_an_address_without_port_means_554():
    address = parse_address("rtsp://cam.city/live")
    assert (address.port, address.url, address.name, address.user) == (
        554,
        "rtsp://cam.city/live",
        "cam.city",
        None,
    )


def test_an_ipv6_host_keeps_its_brackets():
    assert parse_address("rtsp://[::1]:8554/x").url == "rtsp://[::1]:8554/x"


@pytest.mark.parametrize(
    "url",
    ["http://cam/x", "file:///x.mp4", "rtsp:///x", "rtsp://u:s3cret@h:port/x", "cam", "", "rtsp://h/a b"],
)
def test_another_address_is_bad_input(url: str):
    with pytest.raises(BadInput) as refused:
        parse_address(url)
    assert "s3cret" not in refused.value.sentence


@given(st.text())
def test_any_text_is_an_address_or_bad_input(text: str):
    with contextlib.suppress(BadInput):
        assert parse_address("rtsp://" + text).host


def test_rtsps_has_its_port_and_its_pin_stays_out_of_requests():
    digest = "ab" * 32
    address = parse_address(f"rtsps://u:p@cam/x#sha256={digest}")
    assert (address.port, address.url, address.name, address.is_secure) == (322, "rtsps://cam/x", "cam", True)
    assert address.pin == bytes.fromhex(digest)
    colons = ":".join(["ab"] * 32)
    assert parse_address(f"rtsps://cam/x#sha256={colons}").pin == address.pin
    with pytest.raises(BadInput, match="64 hexadecimal digits"):
        parse_address("rtsps://cam/x#sha256=abc")
