"""Blobs as files."""

from pathlib import Path

import pytest

from safecity.adapters.stores.files import FileBlobs
from safecity.base import BadInput, BlobMissing


async def test_what_was_put_is_got_back_and_can_be_replaced(tmp_path: Path):
    blobs = FileBlobs(tmp_path)
    await blobs.put("snapshots/a.jpg", b"one")
    await blobs.put("snapshots/a.jpg", b"two")
    assert await blobs.get("snapshots/a.jpg") == b"two"
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == ["a.jpg"]


async def test_what_is_not_there_is_said_to_be_missing(tmp_path: Path):
    blobs = FileBlobs(tmp_path)
    await blobs.delete("snapshots/a.jpg")
    with pytest.raises(BlobMissing, match=r"snapshots/a\.jpg"):
        await blobs.get("snapshots/a.jpg")


@pytest.mark.parametrize(
    "key", ["../secret", "/etc/passwd", "a/../../b", "", "a//b", ".hidden", "a\x00b", "a/./b"]
)
async def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str):
    with pytest.raises(BadInput):
        await FileBlobs(tmp_path).put(key, b"")
