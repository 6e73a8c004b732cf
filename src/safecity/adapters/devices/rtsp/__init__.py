"""Our own RTSP 1.0 client (RFC 2326) for H.264 over TCP (RFC 6184, RFC 2326 section 10.12).

Every file but `link.py` is without I/O: bytes go in, messages, pictures and commands come out.
"""

from safecity.adapters.devices.rtsp.client import UdpOnly
from safecity.adapters.devices.rtsp.link import RtspWire

__all__ = ["RtspWire", "UdpOnly"]
