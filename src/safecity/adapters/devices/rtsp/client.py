"""The conversation with a camera as a table (RFC 2326 section 10): answers go in, commands come out. No I/O, no clock.

OPTIONS, DESCRIBE, SETUP for each track, PLAY, then pictures and a sign of life now and then, and TEARDOWN in the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from safecity.adapters.devices.rtsp.address import Address
from safecity.adapters.devices.rtsp.auth import Authenticator
from safecity.adapters.devices.rtsp.messages import Request, Response, named
from safecity.adapters.devices.rtsp.sdp import Audio, NoVideo, Video, find_media, resolve
from safecity.cameras import (
    CameraAbsent,
    CameraGone,
    CameraRefused,
    CameraSilent,
    NotVideo,
    Transport,
    WireError,
)

DEFAULT_TIMEOUT_S = 60  # RFC 2326 section 12.37
AGENT = "SafeCity"
MAX_REPEATS = 2


class TransportRefused(NotVideo):
    """The camera does not send its packets in the way that its entry asks for."""


class Step(StrEnum):
    """How far the conversation has come; the first four are named for the request that is under way."""

    OPTIONS = "OPTIONS"
    DESCRIBE = "DESCRIBE"
    SETUP = "SETUP"
    PLAY = "PLAY"
    PLAYING = "PLAYING"
    OVER = "OVER"


class Outcome(StrEnum):
    """What an answer amounts to."""

    OK = "ok"
    UNKNOWN = "unknown"  # the camera does not know this request
    MORE = "more"  # this track is set up, and there is another one
    LEFT_OUT = "left out"  # it refuses its sound, and pictures do without
    AGAIN = "again"  # it wants to be asked in another way
    CHALLENGED = "challenged"  # it wants a password, and we have one that it has not seen
    FAILED = "failed"


# After each answer: the next step. What is not here ends the conversation with an error.
NEXT: dict[tuple[Step, Outcome], Step] = {
    (Step.OPTIONS, Outcome.OK): Step.DESCRIBE,
    (Step.OPTIONS, Outcome.UNKNOWN): Step.DESCRIBE,
    (Step.OPTIONS, Outcome.CHALLENGED): Step.OPTIONS,
    (Step.DESCRIBE, Outcome.OK): Step.SETUP,
    (Step.DESCRIBE, Outcome.CHALLENGED): Step.DESCRIBE,
    (Step.SETUP, Outcome.OK): Step.PLAY,
    (Step.SETUP, Outcome.MORE): Step.SETUP,
    (Step.SETUP, Outcome.LEFT_OUT): Step.PLAY,
    (Step.SETUP, Outcome.AGAIN): Step.SETUP,
    (Step.SETUP, Outcome.CHALLENGED): Step.SETUP,
    (Step.PLAY, Outcome.OK): Step.PLAYING,
    (Step.PLAY, Outcome.CHALLENGED): Step.PLAY,
    (Step.PLAYING, Outcome.OK): Step.PLAYING,  # signs of life; a camera that does not know them still plays
    (Step.PLAYING, Outcome.UNKNOWN): Step.PLAYING,
    (Step.PLAYING, Outcome.CHALLENGED): Step.PLAYING,
}


_ALL_SET_UP = (Step.SETUP, Step.PLAY)


@dataclass(frozen=True)
class Send:
    """Send these bytes; `awaited` says that the camera must answer them in time."""

    data: bytes
    awaited: bool = True


@dataclass(frozen=True)
class OpenPorts:
    """Open a pair of UDP ports for the next track, and say which: `client.ports(first)`."""


@dataclass(frozen=True)
class Way:
    """How a track's packets come: on this channel of the connection and the next, or to our UDP `port` and the next.

    `server_port` is where they come from, 0 where the camera does not say; `source` is another host that sends them.
    """

    media: Video | Audio
    channel: int = -1
    port: int = 0
    server_port: int = 0
    source: str = ""


@dataclass(frozen=True)
class Listen:
    """Packets come in these ways from now on; pictures first."""

    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Playing:
    """The camera was told to play; give it a sign of life so often."""

    keep_alive_s: float


@dataclass(frozen=True)
class Fail:
    """The conversation is over, for this reason."""

    error: WireError


Command = Send | OpenPorts | Listen | Playing | Fail


class Client:
    """One conversation with one camera."""

    def __init__(
        self,
        address: Address,
        cnonce: Callable[[], str],
        *,
        transport: Transport = Transport.AUTO,
        udp_first: bool = False,
        audio: bool = False,
    ) -> None:
        """`transport` is what the camera's entry asks for; `udp_first` that AUTO shall begin with UDP."""
        self.step = Step.OPTIONS
        self.over_udp = transport is Transport.UDP or (udp_first and transport is Transport.AUTO)
        self._address = address
        self._name = f"The camera at {address.name}"
        self._authenticator = (
            Authenticator(address.user, address.password or "", cnonce) if address.user is not None else None
        )
        self._may_change = transport is Transport.AUTO
        self._audio = audio
        self._base = address.url
        self._session_control = ""
        self._tracks: list[Video | Audio] = []
        self._ways: list[Way] = []
        self._port = 0
        self._session: str | None = None
        self._timeout_s = DEFAULT_TIMEOUT_S
        self._methods: frozenset[str] = frozenset()
        self._sequence = 0
        self._tried = False  # a password was sent with the request under way
        self._repeats = 0  # how often that request was sent again
        self._proven = False  # the camera has accepted our password before

    def start(self) -> list[Command]:
        """The connection stands."""
        return [self._ask()]

    def answered(self, response: Response) -> list[Command]:
        """An answer came."""
        sequence = response.header("CSeq") or ""
        stale = sequence.isascii() and sequence.isdigit() and sequence != str(self._sequence)
        if self.step is Step.OVER or stale or 100 <= response.status < 200:
            return []
        outcome = self._outcome(response)
        following = NEXT.get((self.step, outcome))
        if following is None:
            return self._fail(self._error(response))
        try:
            if outcome in {Outcome.OK, Outcome.MORE}:
                self._learn(response)
        except NoVideo as error:
            return self._fail(NotVideo(f"{self._name} {error}."))
        stays_playing = self.step is Step.PLAYING and outcome is not Outcome.CHALLENGED
        was, self.step = self.step, following
        if stays_playing:
            return []
        if following is Step.PLAYING and outcome is Outcome.OK:
            return [Playing(self._timeout_s / 2)]
        found: list[Command] = [Listen(tuple(self._ways))] if (was, following) == _ALL_SET_UP else []
        repeated = outcome is Outcome.CHALLENGED
        if following is Step.SETUP and self.over_udp and not repeated:
            return [OpenPorts()]
        return [*found, self._ask(again=repeated)]

    def ports(self, first: int) -> list[Command]:
        """The ports that `OpenPorts` asked for are open: this one and the next."""
        self._port = first
        return [self._ask()] if self.step is Step.SETUP else []

    def asked(self, request: Request) -> list[Command]:
        """The camera asks something of us (RFC 2326 section 10: ANNOUNCE, REDIRECT and others)."""
        if request.method == "REDIRECT":
            return self._fail(CameraGone(f"{self._name} sends us to another address; enter that one."))
        if request.method == "TEARDOWN":
            return self._fail(self._gone())
        sequence = request.header("CSeq") or "0"
        known = request.method in {"OPTIONS", "GET_PARAMETER", "SET_PARAMETER"}
        answer = Response(200, "OK") if known else Response(501, "Not Implemented")
        headers = (("CSeq", sequence[:20]),)
        return [Send(Response(answer.status, answer.reason, headers).encode(), awaited=False)]

    def keep_alive(self) -> list[Command]:
        """It is time for a sign of life."""
        return [self._ask()] if self.step is Step.PLAYING else []

    def goodbye(self) -> list[Command]:
        """The stream's end was announced (RTCP BYE)."""
        return self._fail(self._gone())

    def close(self) -> list[Command]:
        """We want no more. The camera is told, so that it can give its session to another."""
        if self._session is None:
            return []
        self.step = Step.OVER
        command = self._request("TEARDOWN", self._whole())
        self._session = None
        return [Send(command.encode(), awaited=False)]

    def _fail(self, error: WireError) -> list[Command]:
        self.step = Step.OVER
        return [Fail(error)]

    def _gone(self) -> CameraGone:
        return CameraGone(f"{self._name} ended its stream.")

    def _whole(self) -> str:
        return resolve(self._base, self._session_control)

    def _ask(self, *, again: bool = False) -> Send:
        """The request of the present step."""
        if self.step is Step.DESCRIBE:
            request = self._request("DESCRIBE", self._address.url, ("Accept", "application/sdp"))
        elif self.step is Step.SETUP:
            control = self._tracks[len(self._ways)].control
            transport = ("Transport", self._asked_transport())
            request = self._request("SETUP", resolve(self._base, control), transport)
        elif self.step is Step.PLAY:
            # Without Range: RFC 2326 section 10.5 allows that, and servers of live pictures fail when asked to seek.
            request = self._request("PLAY", self._whole())
        elif self.step is Step.PLAYING:
            method = "GET_PARAMETER" if "GET_PARAMETER" in self._methods else "OPTIONS"
            request = self._request(method, self._whole())
        else:
            request = self._request("OPTIONS", self._address.url)
        self._repeats = self._repeats + 1 if again else 0
        return Send(request.encode(), awaited=self.step is not Step.PLAYING)

    def _asked_transport(self) -> str:
        if self.over_udp:
            return f"RTP/AVP;unicast;client_port={self._port}-{self._port + 1}"
        channel = 2 * len(self._ways)
        return f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"

    def _request(self, method: str, url: str, *extra: tuple[str, str]) -> Request:
        self._sequence += 1
        headers = [("CSeq", str(self._sequence)), ("User-Agent", AGENT), *extra]
        if self._session is not None:
            headers.append(("Session", self._session))
        if self._authenticator is not None:
            answer = self._authenticator.header(method, url)
            self._tried = answer is not None
            if answer is not None:
                headers.append(("Authorization", answer))
        return Request(method, url, tuple(headers))

    def _outcome(self, response: Response) -> Outcome:
        status = response.status
        if 200 <= status < 300:
            return self._set_up(response) if self.step is Step.SETUP else Outcome.OK
        if status == 401 and self._authenticator is not None:
            challenge = self._authenticator.challenged(named(response.headers, "WWW-Authenticate"))
            # A password that was refused is not tried again, or the camera locks its account; a nonce that only
            # grew old is renewed, even by a camera that forgets to say `stale`.
            renewed = challenge is not None and (challenge.stale or self._proven)
            if challenge is not None and (not self._tried or (renewed and self._repeats < MAX_REPEATS)):
                return Outcome.CHALLENGED
        if self.step is Step.SETUP and status != 401:
            if self._ways:
                return Outcome.LEFT_OUT
            if status == 461 and self._other_way():
                return Outcome.AGAIN
        passable = status >= 400 and status not in {401, 403, 454}
        return Outcome.UNKNOWN if passable and self.step in {Step.OPTIONS, Step.PLAYING} else Outcome.FAILED

    def _set_up(self, response: Response) -> Outcome:
        """Whether a track that the camera calls set up comes in the way that we asked for."""
        transport = response.header("Transport") or ""
        is_tcp = "TCP" in transport.upper() or "interleaved" in transport.lower()
        if transport and is_tcp == self.over_udp:
            if self._ways:
                return Outcome.LEFT_OUT
            return Outcome.AGAIN if self._other_way() else Outcome.FAILED
        return Outcome.MORE if len(self._ways) + 1 < len(self._tracks) else Outcome.OK

    def _other_way(self) -> bool:
        """Goes over to the other transport, once, where the camera's entry leaves that to us."""
        may, self._may_change = self._may_change, False
        if may:
            self.over_udp = not self.over_udp
        return may

    def _learn(self, response: Response) -> None:
        """Takes from a good answer what later steps need. Raises NoVideo."""
        self._proven = self._tried or self._proven
        if self.step is Step.OPTIONS:
            public = ",".join(named(response.headers, "Public"))
            self._methods = frozenset(each.strip().upper() for each in public.split(","))
        elif self.step is Step.DESCRIBE:
            base = response.header("Content-Base") or response.header("Content-Location") or ""
            usable = base.startswith(("rtsp://", "rtsps://")) and " " not in base
            self._base = base if usable else self._address.url
            offer = find_media(response.body)
            self._session_control = offer.session_control
            self._tracks = [offer.video]
            if self._audio and offer.audio is not None:
                self._tracks.append(offer.audio)
        elif self.step is Step.SETUP:
            self._learn_session(response)
            self._ways.append(self._way(response))

    def _way(self, response: Response) -> Way:
        media, transport = self._tracks[len(self._ways)], response.header("Transport") or ""
        if self.over_udp:
            server = re.search(r"server_port=(\d{1,5})\b", transport)
            source = re.search(r"source=([0-9A-Fa-f.:]{2,45})(?:;|,|$)", transport)
            port = int(server[1]) if server else 0
            return Way(media, -1, self._port, port if port < 65_535 else 0, source[1] if source else "")
        channel = re.search(r"interleaved=(\d{1,3})\b", transport)
        return Way(media, int(channel[1]) & 0xFF if channel else 2 * len(self._ways))

    def _learn_session(self, response: Response) -> None:
        session, *parameters = (response.header("Session") or "").split(";")
        self._session = session.strip() or self._session
        for each in parameters:
            name, _, value = each.strip().partition("=")
            if name.lower() == "timeout" and value.isascii() and value.isdigit() and len(value) <= 6:
                self._timeout_s = max(2, int(value))

    def _error(self, response: Response) -> WireError:
        status, name = response.status, self._name
        if status == 401 and self._authenticator is None:
            return CameraRefused(f"{name} asks for a user name and a password; enter them in its address.")
        if status in {401, 403}:
            return CameraRefused(f"{name} refuses our user name or password ({status}).")
        if 300 <= status < 400:
            return CameraAbsent(f"{name} sends us to another address ({status}); enter that one.")
        if status == 404:
            return NotVideo(f"{name} has no stream under this path; check the end of its address.")
        if status == 461 or (self.step is Step.SETUP and 200 <= status < 300):
            way = "UDP" if self.over_udp else "TCP (interleaved)"
            return TransportRefused(
                f"{name} does not send over {way}; change the transport in its entry, or switch it on there."
            )
        if status == 453:
            return CameraSilent(f"{name} has no bandwidth left for another viewer (453).")
        if status == 454 and self.step is Step.PLAYING:
            return CameraGone(f"{name} has forgotten our session (454).")
        reason = response.reason[:60] if response.reason.isprintable() else ""
        return CameraSilent(f"{name} answers {self.step} with {f'{status} {reason}'.strip()}.")
