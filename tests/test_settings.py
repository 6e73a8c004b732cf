"""Settings: one table, four sources, and a sentence for everything that cannot be used."""

from dataclasses import fields
from pathlib import Path

import pytest

from safecity.base import BadInput
from safecity.settings import Settings, load_settings, map_centre


def test_every_setting_has_its_line_of_help():
    for row in fields(Settings):
        assert row.metadata["help"].endswith((".", ":"))


def test_a_flag_wins_over_the_environment_over_the_file_over_the_default(tmp_path: Path):
    file = tmp_path / "safecity.toml"
    file.write_text('port = 1\nnode = "from-file"\nkeep_days = 3\n')
    settings, origins = load_settings(
        {"port": "3"}, {"SAFECITY_PORT": "2", "SAFECITY_NODE": "from-air"}, file
    )
    assert (settings.port, settings.node, settings.keep_days, settings.host) == (
        3,
        "from-air",
        3.0,
        "127.0.0.1",
    )
    sources = {each.name: each.source for each in origins}
    assert sources["port"] == "the flag --port"
    assert sources["node"] == "the environment (SAFECITY_NODE)"
    assert sources["keep_days"] == str(file)
    assert sources["host"] == "default"


WRONG = [
    ({"port": "many"}, "whole number"),
    ({"port": "70000"}, "from 0 to 65535"),
    ({"keep_days": "-1"}, "from 0.001"),
    ({"recorders": "0"}, "from 1"),
    ({"colour": "blue"}, "no setting 'colour'"),
    ({"time_zone": "Mars/Base"}, "no time zone"),
    ({"time_zone": "../etc"}, "no time zone"),
    ({"log_level": "loud"}, "log_level"),
    ({"tls_key": "key.pem"}, "together"),
    ({"database": "oracle:"}, "sqlite:"),
    ({"bus": "pigeon:"}, "local:"),
    ({"node": "a b"}, "node"),
    ({"map_centre": "here"}, "map_centre"),
    ({"map_centre": "99,0"}, "not on the earth"),
    ({"keep_days": "nan"}, "keep_days"),
]


@pytest.mark.parametrize(("flags", "words"), WRONG)
def test_a_value_that_cannot_be_used_is_refused_with_a_sentence(flags: dict[str, str], words: str):
    with pytest.raises(BadInput, match=words):
        load_settings(flags, {})


@pytest.mark.parametrize(
    "text", ["port = ", "port = true", "port = 1.5", "port = [1]", "[port]\na = 1", "port = 'x'"]
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "safecity.toml"
    file.write_text(text)
    with pytest.raises(BadInput):
        load_settings({}, {}, file)


def test_a_file_that_was_named_must_be_there(tmp_path: Path):
    with pytest.raises(BadInput, match="no settings file"):
        load_settings({}, {}, tmp_path / "none.toml")


def test_an_unknown_name_in_the_environment_is_refused():
    with pytest.raises(BadInput, match="SAFECITY_PROT"):
        load_settings({}, {"SAFECITY_PROT": "1"})


def test_the_map_opens_where_it_was_told():
    assert map_centre(load_settings({"map_centre": "-1.5, 36.8"}, {})[0]) == (-1.5, 36.8)
