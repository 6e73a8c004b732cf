import base64
import hashlib

import pytest

from safecity.simulator.rtsp.challenge import Challenge, Scheme


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def test_basic_is_the_password_in_base64():
    camera = Challenge(user="lumora", password="a:b", scheme=Scheme.BASIC)
    assert camera.header == 'Basic realm="camera"'
    assert camera.accepts("DESCRIBE", "Basic " + base64.b64encode(b"lumora:a:b").decode())
    assert not camera.accepts("DESCRIBE", "Basic " + base64.b64encode(b"lumora:b").decode())
    assert not camera.accepts("DESCRIBE", "")


def test_digest_without_qop_is_that_of_rfc_2617():
    camera = Challenge(user="u", password="p", nonce="n1")
    response = md5(f"{md5('u:camera:p')}:n1:{md5('DESCRIBE:rtsp://h/07')}")
    right = f'Digest username="u", realm="camera", nonce="n1", uri="rtsp://h/07", response="{response}"'
    assert camera.accepts("DESCRIBE", right)
    assert not camera.accepts("SETUP", right), "the method is part of the proof"
    assert not camera.accepts("DESCRIBE", right.replace('nonce="n1"', 'nonce="n2"'))
    assert not camera.accepts("DESCRIBE", right.replace("u", "v", 1))


def test_digest_agrees_with_the_example_of_rfc_7616():
    # RFC 7616, 3.9.1: the example's proof with SHA-256 and qop=auth.
    camera = Challenge(
        user="Mufasa",
        password="Circle of Life",
        scheme=Scheme.SHA_256,
        realm="http-auth@example.org",
        nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    )
    proof = (
        'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=SHA-256, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, '
        'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, '
        'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"'
    )
    assert camera.accepts("GET", proof)
    assert 'algorithm=SHA-256, qop="auth"' in camera.header


@pytest.mark.parametrize(
    "text", ["Digest", "Digest =", 'Digest username="u"', "Bearer x", "Digest nonce=,,,"]
)
def test_half_a_proof_is_none(text: str):
    assert not Challenge(user="u", password="p", nonce="n").accepts("DESCRIBE", text)


def test_a_nonce_that_grew_old_is_told_from_a_wrong_password():
    camera = Challenge(user="u", password="p", nonce="new")
    old = 'Digest username="u", nonce="old", response="x"'
    assert camera.demand(old).endswith("stale=true")
    assert "stale" not in camera.demand('Digest username="u", nonce="new", response="wrong"')
    assert "stale" not in Challenge(user="u", password="p", nonce="new", says_stale=False).demand(old)
