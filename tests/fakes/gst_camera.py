#!/usr/bin/python3
# pyright: basic, reportMissingImports=false
# (GStreamer's gi bindings have no types, and live in the system's python3, not in ours.)
"""RTSP cameras played by GStreamer's RTSP server: a peer that we did not write.

Run with the system's python3, as a child process (Debian: gir1.2-gst-rtsp-server-1.0, gstreamer1.0-rtsp,
gstreamer1.0-plugins-{base,good,bad}, python3-gi):

    /usr/bin/python3 tests/fakes/gst_camera.py FILE [--port 0] [--mounts 1] [--groups 1] [--fps 15] [--once]
        [--user NAME --password WORD] [--auth digest|basic] [--kind h264|jpeg|audio]
        [--codec h264|h265] [--audio aac|pcma|pcmu] [--transport all|tcp|udp] [--tls CERT KEY]

FILE      an .mp4 or Annex-B .h264 or .h265 file (B pictures keep their times where it says them); sent as it is,
          without coding anew; looped without end
--port    0 takes a free port
--mounts  so many cameras: /cam0, /cam1 … on one port
--groups  cameras that share a group send the same packets at the same time, which costs the server little;
          groups begin at different places of the file
--fps     pictures a second (a raw .h264 file does not say)
--once    play the file once, from the first client's PLAY on, then end the stream
--auth    which kind of password is asked for, where --user and --password are given
--codec   what FILE is coded with
--audio   a tone beside the pictures
--transport  what the server lets itself be asked for; it answers 461 to anything else
--tls     rtsps, with this certificate and key (PEM)
--kind    jpeg and audio are cameras that we cannot record; FILE is not read then

Prints `serving rtsp://127.0.0.1:PORT/cam0` once it answers. Ends on SIGTERM or SIGINT. SIGSTOP makes a frozen camera.
"""

from __future__ import annotations

import argparse
import threading
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

VIDEO = (
    "appsrc name=src is-live=true format=time max-bytes=20000000 "
    "caps=video/x-{0},stream-format=byte-stream,alignment=au "
    "! {0}parse ! queue ! rtp{0}pay name=pay0 pt=96 config-interval=-1 mtu=1400"
)
TONE = " audiotestsrc is-live=true ! audio/x-raw,rate={0},channels=1 ! queue ! {1} name=pay1 pt={2}"
SOUND = {
    "": "",
    "aac": TONE.format(16_000, "voaacenc ! rtpmp4gpay", 97),
    "pcma": TONE.format(8000, "alawenc ! rtppcmapay", 8),
    "pcmu": TONE.format(8000, "mulawenc ! rtppcmupay", 0),
}
TRANSPORTS = {
    "tcp": GstRtsp.RTSPLowerTrans.TCP,
    "udp": GstRtsp.RTSPLowerTrans.UDP,
    "all": GstRtsp.RTSPLowerTrans.TCP | GstRtsp.RTSPLowerTrans.UDP,
}
OTHERS = {
    "jpeg": "( videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=10/1 "
    "! jpegenc ! rtpjpegpay name=pay0 )",
    "audio": "( audiotestsrc is-live=true ! alawenc ! rtppcmapay name=pay0 )",
}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="RTSP cameras played by GStreamer.")
    parser.add_argument("file")
    parser.add_argument("--port", default="0")
    parser.add_argument("--mounts", type=int, default=1)
    parser.add_argument("--groups", type=int, default=1)
    parser.add_argument("--fps", type=int, default=15)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--auth", choices=["digest", "basic"], default="digest")
    parser.add_argument("--kind", choices=["h264", *OTHERS], default="h264")
    parser.add_argument("--codec", choices=["h264", "h265"], default="h264")
    parser.add_argument("--audio", choices=list(SOUND), default="")
    parser.add_argument("--transport", choices=["all", "tcp", "udp"], default="all")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    return parser.parse_args()


def access_units(path: str, fps: int, codec: str) -> list[tuple[bytes, bool, int]]:
    """The file's pictures in coding order, cut once by GStreamer's own parser.

    Each as Annex-B bytes, whether it is a keyframe, and by how many ns it is shown later than it is sent (B pictures).
    """
    demux = "qtdemux !" if path.endswith((".mp4", ".m4v", ".mov")) else ""
    pipeline = Gst.parse_launch(
        f'filesrc location="{path}" ! {demux} {codec}parse config-interval=-1 '
        f"! video/x-{codec},stream-format=byte-stream,alignment=au ! appsink name=sink sync=false max-buffers=0"
    )
    sink = pipeline.get_by_name("sink")
    pipeline.set_state(Gst.State.PLAYING)
    found = []
    while (sample := sink.emit("pull-sample")) is not None:
        buffer = sample.get_buffer()
        later = 0
        if Gst.CLOCK_TIME_NONE not in (buffer.pts, buffer.dts, buffer.duration) and buffer.duration:
            later = round((buffer.pts - buffer.dts) / buffer.duration)
        is_key = not buffer.has_flags(Gst.BufferFlags.DELTA_UNIT)
        found.append((buffer.extract_dup(0, buffer.get_size()), is_key, later))
    pipeline.set_state(Gst.State.NULL)
    least = min(later for _, _, later in found)
    return [(data, is_key, (later - least) * Gst.SECOND // fps) for data, is_key, later in found]


class Group:
    """Cameras that send the same pictures; pushes one at each tick while the server's pipeline plays."""

    def __init__(self, units: list[tuple[bytes, bool, int]], first: int, args: argparse.Namespace) -> None:
        self.units, self.next, self.fps, self.once = units, first, args.fps, args.once
        self.begun = not args.once
        self.source = None
        self.pushed = 0
        self.start_ns = 0

    def attach(self, media) -> None:
        self.source = media.get_element().get_by_name("src")
        self.pushed = 0
        media.connect("unprepared", lambda _: setattr(self, "source", None))

    def tick(self) -> None:
        source = self.source
        if source is None or source.get_state(0)[1] != Gst.State.PLAYING:
            return
        if self.pushed and not self.begun:  # one picture tells the payloader what it needs for DESCRIBE
            return
        if self.once and self.next >= len(self.units):
            source.emit("end-of-stream")
            self.source = None
            return
        data, is_key, shift_ns = self.units[self.next % len(self.units)]
        self.next += 1
        if self.pushed == 0 and not is_key:
            return
        if self.pushed == 0 or (self.once and self.pushed == 1):
            now_ns = source.get_clock().get_time() - source.get_base_time()
            self.start_ns = now_ns - self.pushed * Gst.SECOND // self.fps
        buffer = Gst.Buffer.new_wrapped(data)
        buffer.dts = self.start_ns + self.pushed * Gst.SECOND // self.fps
        buffer.pts = buffer.dts + shift_ns
        buffer.duration = Gst.SECOND // self.fps
        if not is_key:
            buffer.set_flags(Gst.BufferFlags.DELTA_UNIT)
        self.pushed += 1
        source.emit("push-buffer", buffer)


class Factory(GstRtspServer.RTSPMediaFactory):
    """One media for all mounts of a group (the server's cache of media is kept by factory and key)."""

    def __init__(self, launch: str, key: str, group: Group | None, transport: str) -> None:
        super().__init__()
        self.set_protocols(TRANSPORTS[transport])
        self.launch, self.key, self.group = launch, key, group
        self.set_shared(True)
        self.set_latency(0)

    def do_gen_key(self, _url) -> str:
        return self.key

    def do_create_element(self, _url):
        return Gst.parse_launch(self.launch)

    def do_configure(self, media) -> None:
        GstRtspServer.RTSPMediaFactory.do_configure(self, media)
        if self.group is not None:
            self.group.attach(media)


def guard(server, factories: list[Factory], args: argparse.Namespace) -> None:
    """Shows a certificate, and asks for a user name and a password."""
    auth = GstRtspServer.RTSPAuth()
    if args.tls:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_files(*args.tls))
    if not args.user:
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "user")
        auth.set_default_token(token)
        allow(factories)
        server.set_auth(auth)
        return
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    if args.auth == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(args.user, args.password, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(args.user, args.password), token)
    server.set_auth(auth)
    allow(factories)


def allow(factories: list[Factory]) -> None:
    """Who has the role may watch."""
    role = Gst.Structure.from_string("user,media.factory.access=true,media.factory.construct=true")[0]
    for factory in factories:
        factory.add_role_from_structure(role)


def pump(groups: list[Group], fps: int) -> None:
    """Ticks each group `fps` times a second, a little apart from one another."""
    due = [time.monotonic() + place * 0.01 for place in range(len(groups))]
    while True:
        now = time.monotonic()
        for place, group in enumerate(groups):
            if now >= due[place]:
                group.tick()
                due[place] += 1 / fps
        time.sleep(max(0.001, min(due) - time.monotonic()))


def prewarm(server, factories: list[Factory]) -> list[tuple]:
    """Prepares every media and keeps it: two clients that ask at once for an unprepared one would fail."""
    pool, held = server.get_thread_pool(), []
    for place, factory in enumerate(factories):
        _, url = GstRtsp.RTSPUrl.parse(f"rtsp://127.0.0.1/cam{place}")
        media = factory.construct(url)
        thread = pool.get_thread(GstRtspServer.RTSPThreadType.MEDIA, GstRtspServer.RTSPContext())
        media.prepare(thread)
        held.append((media, thread))
    return held


def main() -> None:
    args = options()
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(args.port)
    server.set_backlog(512)
    groups = []
    if args.kind == "h264":
        units = access_units(args.file, args.fps, args.codec)
        step = len(units) // args.groups + args.fps * 2 // args.groups
        groups = [Group(units, place * step, args) for place in range(args.groups)]
        launch = f"( {VIDEO.format(args.codec)}{SOUND[args.audio]} )"
        factories = [Factory(launch, f"group{n}", group, args.transport) for n, group in enumerate(groups)]
    else:
        factories = [Factory(OTHERS[args.kind], args.kind, None, args.transport)]
    mounts = server.get_mount_points()
    for place in range(args.mounts):
        mounts.add_factory(f"/cam{place}", factories[place % len(factories)])
    if args.user or args.tls:
        guard(server, factories, args)

    def begin(*_) -> None:
        for group in groups:
            group.begun = True

    server.connect("client-connected", lambda _, client: client.connect("play-request", begin))
    server.attach(None)
    if groups:
        threading.Thread(target=pump, args=(groups, args.fps), daemon=True).start()
    # a media with two streams plays for its first client only
    held = [] if args.audio else prewarm(server, factories)
    print(f"serving {'rtsps' if args.tls else 'rtsp'}://127.0.0.1:{server.get_bound_port()}/cam0", flush=True)
    GLib.timeout_add_seconds(10, lambda: (server.get_session_pool().cleanup(), True)[1])
    try:
        GLib.MainLoop().run()
    except KeyboardInterrupt:
        held.clear()


if __name__ == "__main__":
    main()
