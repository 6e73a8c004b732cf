"""What hiding for good costs, in words."""

from __future__ import annotations

from safecity.footage import hiding_cost


def test_the_cost_grows_with_the_picture_and_its_rate():
    assert "about 100 ms of processor time for each second of 1280 x 720 at 15 pictures" in hiding_cost()
    assert "about 370 ms" in hiding_cost(1920, 1080, 25)
