"""The conversation with a camera, as a story: answers in, commands out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.camera import GOOD, description
from safecity.adapters.devices.rtsp.address import parse_address
from safecity.adapters.devices.rtsp.client import (
    NEXT,
    Client,
    Command,
    Fail,
    Listen,
    OpenPorts,
    Outcome,
    Playing,
    Send,
    Step,
    TransportRefused,
)
from safecity.adapters.devices.rtsp.messages import Framer, Request, Response
from safecity.adapters.devices.rtsp.sdp import Audio, Video
from safecity.cameras import (
    CameraAbsent,
    CameraGone,
    CameraRefused,
    CameraSilent,
    NotVideo,
    Transport,
    WireError,
)

DIGEST = ("WWW-Authenticate", 'Digest realm="cam", nonce="n1", qop="auth"')
WANTED = Response(401, "Unauthorized", (DIGEST, ("WWW-Authenticate", 'Basic realm="cam"')))
STALE = Response(401, "Unauthorized", (("WWW-Authenticate", 'Digest realm="cam", nonce="n2", stale=true'),))


class Story:
    """A client and what it said last."""

    def __init__(
        self,
        url: str = "rtsp://admin:s3cret@10.0.0.5/live",
        *,
        transport: Transport = Transport.AUTO,
        udp_first: bool = False,
        audio: bool = False,
    ) -> None:
        self.client = Client(
            parse_address(url), lambda: "c0ffee", transport=transport, udp_first=udp_first, audio=audio
        )
        self.commands = self.client.start()

    @property
    def request(self) -> Request:
        """The request that was sent last."""
        found: list[Request | Response] = []
        framer = Framer(lambda _channel, _begin, _end: None, found.append)
        for command in self.commands:
            if isinstance(command, Send):
                framer.feed(command.data)
        assert isinstance(found[-1], Request)
        return found[-1]

    def answer(self, *answers: Response) -> Story:
        """The camera answers, each time what was asked last."""
        for answer in answers:
            headers = (("CSeq", self.request.header("CSeq") or ""), *answer.headers)
            self.commands = self.client.answered(Response(answer.status, answer.reason, headers, answer.body))
        return self

    def good(self, *methods: str) -> Story:
        """It answers these as a good camera would."""
        for method in methods:
            assert self.request.method == method
            answer = GOOD[method]
            assert isinstance(answer, Response)
            self.answer(answer)
        return self

    @property
    def error(self) -> WireError:
        """Why the conversation is over."""
        (command,) = self.commands
        assert isinstance(command, Fail)
        assert self.client.step is Step.OVER
        assert "s3cret" not in command.error.sentence
        assert "10.0.0.5" in command.error.sentence
        assert command.error.sentence.endswith(".")
        return command.error


def kinds(commands: list[Command]) -> list[type]:
    return [type(command) for command in commands]


def test_four_questions_and_the_camera_plays():
    story = Story("rtsp://10.0.0.5/live").good("OPTIONS", "DESCRIBE")
    assert story.request.url == "rtsp://10.0.0.5/live/trackID=1"
    assert story.request.header("Transport") == "RTP/AVP/TCP;unicast;interleaved=0-1"
    story.good("SETUP")
    assert kinds(story.commands) == [Listen, Send]
    assert story.request.url == "rtsp://10.0.0.5/live"
    assert story.request.header("Session") == "12345678"
    story.good("PLAY")
    assert story.commands == [Playing(30.0)]
    assert story.client.step is Step.PLAYING


def test_the_content_base_is_what_tracks_are_relative_to():
    answer = Response(200, "OK", (("Content-Base", "rtsp://192.168.1.2/x/"),), description())
    story = Story("rtsp://10.0.0.5/live").good("OPTIONS").answer(answer)
    assert story.request.url == "rtsp://192.168.1.2/x/trackID=1"


def test_the_channel_and_the_timeout_are_the_cameras_choice():
    transport = ("Transport", "RTP/AVP/TCP;unicast;interleaved=4-5;ssrc=1")
    story = Story().good("OPTIONS", "DESCRIBE")
    story.answer(Response(200, "OK", (transport, ("Session", "abc; timeout=10"))))
    listen = story.commands[0]
    assert isinstance(listen, Listen)
    assert [way.channel for way in listen.ways] == [4]
    assert story.good("PLAY").commands == [Playing(5.0)]


def test_a_password_is_sent_only_when_it_is_demanded():
    story = Story()
    assert story.request.header("Authorization") is None
    story.good("OPTIONS").answer(WANTED)
    assert (story.request.method, story.client.step) == ("DESCRIBE", Step.DESCRIBE)
    authorization = story.request.header("Authorization") or ""
    assert authorization.startswith("Digest ")
    assert "s3cret" not in authorization
    story.good("DESCRIBE")
    assert "nc=00000002" in (story.request.header("Authorization") or "")


def test_a_wrong_password_is_tried_once():
    story = Story().good("OPTIONS").answer(WANTED, WANTED)
    assert isinstance(story.error, CameraRefused)


def test_a_camera_that_forbids_is_not_asked_again():
    assert isinstance(Story().answer(Response(403, "Forbidden")).error, CameraRefused)


def test_a_password_is_missing():
    story = Story("rtsp://10.0.0.5/live").good("OPTIONS").answer(WANTED)
    assert isinstance(story.error, CameraRefused)
    assert "enter them" in story.error.sentence


def test_a_demand_that_we_cannot_meet_is_refused():
    demand = Response(401, "Unauthorized", (("WWW-Authenticate", "Negotiate"),))
    assert isinstance(Story().answer(demand).error, CameraRefused)


def test_a_nonce_that_grew_old_is_renewed():
    story = Story().answer(WANTED).good("OPTIONS").answer(STALE)
    assert 'nonce="n2"' in (story.request.header("Authorization") or "")
    assert story.request.method == "DESCRIBE"


def test_a_camera_that_calls_every_nonce_stale_is_left_in_the_end():
    story = Story().answer(WANTED, STALE, STALE)
    assert isinstance(story.error, CameraRefused)


def test_a_camera_that_forgets_to_say_stale_is_forgiven_once_it_knew_us():
    story = Story().answer(WANTED).good("OPTIONS", "DESCRIBE", "SETUP", "PLAY")
    story.commands = story.client.keep_alive()
    story.answer(WANTED)
    assert story.request.method == "GET_PARAMETER"
    assert story.good("GET_PARAMETER").commands == []
    assert story.client.step is Step.PLAYING


def test_the_sign_of_life_is_options_where_the_camera_knows_nothing_else():
    story = Story()
    story.answer(Response(200, "OK", (("Public", "OPTIONS, DESCRIBE, SETUP, PLAY"),)))
    story.good("DESCRIBE", "SETUP", "PLAY")
    story.commands = story.client.keep_alive()
    assert story.request.method == "OPTIONS"
    assert story.request.header("Session") == "12345678"


def test_a_camera_that_does_not_know_options_is_asked_to_describe_itself():
    story = Story().answer(Response(501, "Not Implemented"))
    assert story.request.method == "DESCRIBE"


def test_a_camera_that_refuses_a_sign_of_life_goes_on_playing():
    story = Story().good("OPTIONS", "DESCRIBE", "SETUP", "PLAY")
    story.commands = story.client.keep_alive()
    assert story.answer(Response(551, "Option not supported")).commands == []
    assert story.client.step is Step.PLAYING


def test_a_camera_that_forgot_our_session_is_gone():
    story = Story().good("OPTIONS", "DESCRIBE", "SETUP", "PLAY")
    story.commands = story.client.keep_alive()
    assert isinstance(story.answer(Response(454, "Session Not Found")).error, CameraGone)


@pytest.mark.parametrize("status", [301, 302, 303])
def test_we_are_not_sent_elsewhere(status: int):
    answer = Response(status, "Moved", (("Location", "rtsp://evil/x"),))
    error = Story().good("OPTIONS").answer(answer).error
    assert isinstance(error, CameraAbsent)
    assert "another address" in error.sentence


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, NotVideo),
        (453, CameraSilent),
        (500, CameraSilent),
        (503, CameraSilent),
        (403, CameraRefused),
    ],
)
def test_each_refusal_has_its_error(status: int, kind: type[WireError]):
    story = Story().good("OPTIONS", "DESCRIBE").answer(Response(status, "No"))
    assert type(story.error) is kind


def over_udp(port: int = 6000) -> Response:
    transport = f"RTP/AVP;unicast;client_port={port}-{port + 1};server_port=7000-7001;source=10.0.0.9"
    return Response(200, "OK", (("Transport", transport), ("Session", "1")))


def test_a_camera_that_refuses_tcp_is_asked_for_udp_in_the_same_conversation():
    story = Story().good("OPTIONS", "DESCRIBE").answer(Response(461, "Unsupported Transport"))
    assert story.commands == [OpenPorts()]
    story.commands = story.client.ports(6000)
    assert story.request.header("Transport") == "RTP/AVP;unicast;client_port=6000-6001"
    story.answer(over_udp())
    listen = story.commands[0]
    assert isinstance(listen, Listen)
    (way,) = listen.ways
    assert (way.channel, way.port, way.server_port, way.source) == (-1, 6000, 7000, "10.0.0.9")
    assert story.client.over_udp
    assert story.good("PLAY").commands == [Playing(30.0)]


def test_a_camera_that_sends_udp_although_asked_for_tcp_is_asked_for_udp():
    assert Story().good("OPTIONS", "DESCRIBE").answer(over_udp()).commands == [OpenPorts()]


@pytest.mark.parametrize(("transport", "words"), [(Transport.TCP, "over TCP"), (Transport.UDP, "over UDP")])
def test_what_the_entry_asks_for_is_kept_to(transport: Transport, words: str):
    story = Story(transport=transport).good("OPTIONS", "DESCRIBE")
    if transport is Transport.UDP:
        assert story.commands == [OpenPorts()]
        story.commands = story.client.ports(6000)
    error = story.answer(Response(461, "Unsupported Transport")).error
    assert isinstance(error, TransportRefused)
    assert words in error.sentence


def test_a_camera_that_refuses_both_is_asked_for_each_once():
    story = Story(udp_first=True).good("OPTIONS", "DESCRIBE")
    story.commands = story.client.ports(6000)
    story.answer(Response(461, "No"))
    assert "interleaved" in (story.request.header("Transport") or "")
    assert isinstance(story.answer(Response(461, "No")).error, TransportRefused)


def test_sound_is_set_up_second_and_only_when_asked_for():
    story = Story(audio=True).good("OPTIONS", "DESCRIBE", "SETUP")
    assert story.request.url.endswith("/trackID=0")
    assert story.request.header("Transport") == "RTP/AVP/TCP;unicast;interleaved=2-3"
    assert story.request.header("Session") == "12345678"
    answer = Response(200, "OK", (("Transport", "RTP/AVP/TCP;interleaved=2-3"),))
    listen = story.answer(answer).commands[0]
    assert isinstance(listen, Listen)
    assert [(type(way.media), way.channel) for way in listen.ways] == [(Video, 0), (Audio, 2)]


@pytest.mark.parametrize("answer", [Response(461, "No"), Response(500, "No"), over_udp()])
def test_a_camera_that_refuses_its_sound_gives_its_pictures(answer: Response):
    listen = Story(audio=True).good("OPTIONS", "DESCRIBE", "SETUP").answer(answer).commands[0]
    assert isinstance(listen, Listen)
    assert [type(way.media) for way in listen.ways] == [Video]


def test_a_camera_without_usable_video_says_so():
    answer = Response(200, "OK", (), description(codec="JPEG/90000"))
    error = Story().good("OPTIONS").answer(answer).error
    assert isinstance(error, NotVideo)
    assert error.sentence == "The camera at 10.0.0.5 sends JPEG; set it to H.264 or H.265."


def test_an_answer_to_another_question_is_not_taken():
    story = Story()
    assert story.client.answered(Response(200, "OK", (("CSeq", "99"),))) == []
    assert story.client.step is Step.OPTIONS
    assert story.client.answered(Response(100, "Continue")) == []


def test_the_camera_may_ask_too():
    story = Story().good("OPTIONS", "DESCRIBE", "SETUP", "PLAY")
    (command,) = story.client.asked(Request("OPTIONS", "*", (("CSeq", "7"),)))
    assert isinstance(command, Send)
    assert command.data.startswith(b"RTSP/1.0 200 OK\r\nCSeq: 7")
    (command,) = story.client.asked(Request("ANNOUNCE", "*"))
    assert isinstance(command, Send)
    assert b"501" in command.data


@pytest.mark.parametrize("method", ["TEARDOWN", "REDIRECT"])
def test_the_camera_may_end_the_stream(method: str):
    story = Story().good("OPTIONS", "DESCRIBE", "SETUP", "PLAY")
    story.commands = story.client.asked(Request(method, "*"))
    assert isinstance(story.error, CameraGone)


def test_who_leaves_says_goodbye_once():
    story = Story().good("OPTIONS", "DESCRIBE", "SETUP", "PLAY")
    story.commands = story.client.close()
    assert (story.request.method, story.request.header("Session")) == ("TEARDOWN", "12345678")
    assert story.client.close() == []
    assert story.client.keep_alive() == []
    assert Story().client.close() == []


def test_the_table_leads_from_the_first_question_to_the_pictures():
    step, seen = Step.OPTIONS, [Step.OPTIONS]
    while step is not Step.PLAYING:
        step = NEXT[step, Outcome.OK]
        seen.append(step)
    assert seen == [Step.OPTIONS, Step.DESCRIBE, Step.SETUP, Step.PLAY, Step.PLAYING]


answers = st.builds(
    Response,
    st.sampled_from([100, 200, 302, 401, 404, 454, 461, 500]),
    st.text(max_size=5),
    st.lists(
        st.sampled_from(
            [
                DIGEST,
                ("Session", "a;timeout=0"),
                ("Session", "b;timeout=x"),
                ("Transport", "RTP/AVP/TCP;interleaved=999-1"),
                ("Transport", "RTP/AVP"),
                ("Content-Base", "http://x y"),
                ("Public", "GET_PARAMETER"),
            ]
        ),
        max_size=3,
    ).map(tuple),
    st.sampled_from([b"", description(), b"\xff"]),
)


@given(st.lists(answers, max_size=12))
def test_whatever_is_answered_the_story_goes_on_or_ends(given_answers: list[Response]):
    client = Client(parse_address("rtsp://u:p@10.0.0.5/x"), lambda: "c")
    client.start()
    for answer in given_answers:
        over = client.step is Step.OVER
        commands = client.answered(answer)
        assert not (over and commands)
        assert (client.step is Step.OVER) == (over or any(isinstance(each, Fail) for each in commands))
