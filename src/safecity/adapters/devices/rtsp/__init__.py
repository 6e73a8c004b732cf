"""Our own RTSP 1.0 client (RFC 2326) for H.264, H.265, AAC and G.711, over TCP, TLS and UDP.

Every file but `link.py` and `udp.py` is without I/O: bytes go in, messages, pictures and commands come out.
"""

from safecity.adapters.devices.rtsp.client import TransportRefused
from safecity.adapters.devices.rtsp.link import RtspWire

__all__ = ["RtspWire", "TransportRefused"]
