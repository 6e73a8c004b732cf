"""Passwords are answered for as the RFCs' own examples are, and nonsense is not answered at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.adapters.devices.rtsp.auth import Authenticator, Challenge, digest, parse_challenges

# RFC 7616 section 3.9.1
RFC_7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
MUFASA = ("Mufasa", "Circle of Life")
ASKED = ("GET", "/dir/index.html")


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_rfc_7616(algorithm: str, response: str):
    (challenge,) = parse_challenges([RFC_7616.format(algorithm)])
    answer = digest(challenge, MUFASA, ASKED, count=1, cnonce=CNONCE)
    assert f'response="{response}"' in answer
    assert "nc=00000001" in answer
    assert "qop=auth," in answer
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"' in answer


def test_the_example_of_rfc_2617():
    challenge = Challenge(
        "digest",
        realm="testrealm@host.com",
        nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",
        qop="auth,auth-int",
    )
    answer = digest(challenge, ("Mufasa", "Circle Of Life"), ASKED, count=1, cnonce="0a4f113b")
    assert 'response="6629fae49393a05397450978507c4ef1"' in answer


def test_an_old_camera_without_qop_gets_the_old_answer():
    challenge = Challenge("digest", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093")
    answer = digest(challenge, ("Mufasa", "Circle Of Life"), ASKED, count=1, cnonce="x")
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in answer
    assert "cnonce" not in answer


def test_a_session_key_and_a_hidden_user_name():
    challenge = Challenge("digest", realm="r", nonce="n", algorithm="SHA-256-sess", userhash=True)
    answer = digest(challenge, MUFASA, ASKED, count=1, cnonce="c")
    assert "Mufasa" not in answer
    assert "userhash=true" in answer
    assert "algorithm=SHA-256-sess" in answer


def test_basic_as_in_rfc_7617():
    authenticator = Authenticator("Aladdin", "open sesame", lambda: "c")
    assert authenticator.header("OPTIONS", "rtsp://h") is None
    assert authenticator.challenged(['Basic realm="WallyWorld"']) is not None
    assert authenticator.header("OPTIONS", "rtsp://h") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


@pytest.mark.parametrize(
    ("values", "scheme", "algorithm"),
    [
        (['Basic realm="a"', 'Digest realm="a", nonce="n"'], "digest", ""),
        (['Digest realm="a", nonce="n", algorithm=MD5, Basic realm="b"'], "digest", "MD5"),
        (
            ['Digest realm="a",nonce="n",algorithm="MD5"', 'Digest realm="a",nonce="m",algorithm="SHA-256"'],
            "digest",
            "SHA-256",
        ),
        (['Digest realm="a", nonce="n", algorithm=SHA-512-256, Basic realm="b"'], "basic", ""),
        (['Digest realm="a", nonce="n", qop="auth-int"', "Basic"], "basic", ""),
    ],
)
def test_the_strongest_way_that_we_know_is_taken(values: list[str], scheme: str, algorithm: str):
    challenge = Authenticator("u", "p", lambda: "c").challenged(values)
    assert challenge is not None
    assert (challenge.scheme, challenge.algorithm) == (scheme, algorithm)


@pytest.mark.parametrize(
    "value", ["", "Negotiate", "Digest realm=", "Digest algorithm=ROT13, nonce=n", "=,=,"]
)
def test_what_we_cannot_answer_is_not_answered(value: str):
    assert Authenticator("u", "p", lambda: "c").challenged([value]) is None


def test_each_use_of_a_nonce_is_counted_and_a_new_one_starts_again():
    authenticator = Authenticator("u", "p", lambda: "c")
    authenticator.challenged(['Digest realm="r", nonce="n", qop="auth"'])
    answers = [authenticator.header("PLAY", "rtsp://h") or "" for _ in range(2)]
    assert ["nc=00000001" in answers[0], "nc=00000002" in answers[1]] == [True, True]
    authenticator.challenged(['Digest realm="r", nonce="m", qop="auth", stale=TRUE'])
    assert "nc=00000001" in (authenticator.header("PLAY", "rtsp://h") or "")


def test_quotes_in_a_name_stay_inside_their_quotes():
    challenge = Challenge("digest", realm='a"b\\', nonce="n")
    assert r'realm="a\"b\\"' in digest(challenge, ("u", "p"), ASKED, count=1, cnonce="c")


@given(st.lists(st.text(max_size=200), max_size=4))
def test_any_demand_is_understood_or_left(values: list[str]):
    authenticator = Authenticator("u", "p", lambda: "c")
    if authenticator.challenged(values) is not None:
        assert authenticator.header("PLAY", "rtsp://h")


names = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


@given(names, names, st.booleans())
def test_quoted_values_come_back_as_they_were_sent(realm: str, nonce: str, stale: bool):
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    (found,) = parse_challenges([f"Digest realm={quoted(realm)}, nonce={quoted(nonce)}, stale={stale}"])
    assert (found.realm, found.nonce, found.stale) == (realm, nonce, stale)
