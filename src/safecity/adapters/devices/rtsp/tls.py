"""RTSP in TLS. Cameras show certificates that they signed themselves, for names that nobody calls them by.

So a certificate is not held against any authority, which keeps listeners out but not an impostor; who wants that too
writes the certificate's fingerprint into the address (`#sha256=…`), and then nothing else is taken.
"""

from __future__ import annotations

import hashlib
import hmac
import ssl
from functools import lru_cache

from safecity.adapters.devices.rtsp.address import Address
from safecity.cameras import CameraAbsent


@lru_cache(maxsize=1)
def camera_context() -> ssl.SSLContext:
    """TLS 1.2 or later, with any certificate; keys as short as old cameras have (OpenSSL's security level 1)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("DEFAULT:@SECLEVEL=1")
    return context


def check_certificate(address: Address, shown: bytes | None) -> None:
    """Compares the certificate that a camera shows (DER) with the one in its address. Raises CameraAbsent."""
    if address.pin is None:
        return
    digest = hashlib.sha256(shown or b"").digest()
    if not hmac.compare_digest(digest, address.pin):
        raise CameraAbsent(
            f"What answers at {address.name} shows another certificate (sha256={digest.hex()}) than the one in the "
            "camera's address; it got no password. If the camera has a new certificate, enter that one."
        )
