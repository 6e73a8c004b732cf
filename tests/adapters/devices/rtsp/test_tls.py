"""Which certificates are taken: any, or only the one in the address."""

from __future__ import annotations

import hashlib
import ssl

import pytest

from safecity.adapters.devices.rtsp.address import parse_address
from safecity.adapters.devices.rtsp.tls import camera_context, check_certificate
from safecity.cameras import CameraAbsent

DIGEST = hashlib.sha256(b"certificate").hexdigest()


def test_without_a_pin_any_certificate_is_taken():
    check_certificate(parse_address("rtsps://cam/x"), b"whatever")
    assert camera_context().verify_mode is ssl.CERT_NONE
    assert camera_context().minimum_version is ssl.TLSVersion.TLSv1_2


def test_with_a_pin_only_that_one_is_taken():
    address = parse_address(f"rtsps://admin:s3cret@cam/x#sha256={DIGEST.upper()}")
    check_certificate(address, b"certificate")
    for shown in (b"another", None):
        with pytest.raises(CameraAbsent, match="another certificate") as refused:
            check_certificate(address, shown)
        assert "s3cret" not in refused.value.sentence
