import msgspec

from safecity.base import Place
from safecity.simulator.seen import Field, Spot


def test_what_simulated_people_do_not_look_at_does_not_trouble_them():
    data = b'{"me":{"id":"1","name":"A","roles":[],"csrf":"x"},"unit":null,"assignment":null,"messages":[],"seq":7}'
    field = msgspec.json.decode(data, type=Field)
    assert (field.seq, field.me.csrf, field.unit) == (7, "x", None)
    assert Spot(1.5, 2.5).place == Place(1.5, 2.5)
