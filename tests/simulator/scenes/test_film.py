from pathlib import Path

import av
import msgspec
import numpy as np

from safecity.simulator.scenes.film import FILM_S, FPS, KBIT_S, SMALL, Coding, Noise, Stage, Truth, draw_film
from safecity.simulator.scenes.layout import HEIGHT, WIDTH


def test_noise_is_small_and_never_still():
    noise, luma = Noise(1), np.full((HEIGHT, WIDTH), 90, np.uint8)
    first, second = luma.copy(), luma.copy()
    noise.lay(first, 0)
    noise.lay(second, 1)
    assert 0.8 < (first.astype(int) - 90).std() < 2.5
    assert not np.array_equal(first, second)


def test_what_is_true_is_where_the_picture_differs_from_the_empty_street():
    stage = Stage(7)
    empty = stage.frame(0)[:HEIGHT].astype(int)
    for visitor in stage.truth().visitors:
        for each in visitor.boxes[1:-1]:
            x, y, wide, high = (
                round(part * size)
                for part, size in zip(each.box, (WIDTH, HEIGHT, WIDTH, HEIGHT), strict=True)
            )
            here = stage.frame(round(each.at_s * FPS))[:HEIGHT].astype(int)
            differs = np.abs(here - empty)[y : y + high, x : x + wide] > 12
            if wide * high > 800:
                assert differs.mean() > 0.15, (visitor.kind, each)


def test_a_film_has_a_keyframe_each_second_and_the_size_it_should(tmp_path: Path):
    shares: list[float] = []
    draw_film(2, tmp_path / "02.mp4", shares.append)
    with av.open(str(tmp_path / "02.mp4")) as container:
        keys = [packet.is_keyframe for packet in container.demux(video=0) if packet.size]
    assert len(keys) == FILM_S * FPS
    assert [number for number, key in enumerate(keys) if key] == list(range(0, FILM_S * FPS, FPS))
    kbit_s = (tmp_path / "02.mp4").stat().st_size * 8 / 1000 / FILM_S
    assert 0.7 * KBIT_S < kbit_s < 1.3 * KBIT_S
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    truth = msgspec.json.decode((tmp_path / "02.json").read_bytes(), type=Truth)
    assert [chapter.until_s for chapter in truth.chapters] == [10, 30, 60]
    assert not list(tmp_path.glob("*.part"))


def test_a_film_can_be_of_h265_and_have_a_small_one_beside_it(tmp_path: Path):
    draw_film(3, tmp_path / "03.mp4", coding=Coding.H265, small=tmp_path / "03-small.mp4")
    counts: list[int] = []
    for name, codec, share in (("03.mp4", "hevc", 1), ("03-small.mp4", "h264", SMALL)):
        with av.open(str(tmp_path / name)) as container:
            stream = container.streams.video[0]
            assert (stream.codec_context.name, stream.width, stream.height) == (
                codec,
                WIDTH // share,
                HEIGHT // share,
            )
            keys = [packet.is_keyframe for packet in container.demux(stream) if packet.size]
        assert [number for number, key in enumerate(keys) if key] == list(range(0, FILM_S * FPS, FPS))
        counts.append(len(keys))
    assert counts == [FILM_S * FPS, FILM_S * FPS]
