"""The tables of a recorder's index, and what brings older ones up to date."""

from __future__ import annotations

from typing import NamedTuple

SCHEMA = """
-- One file of footage. Spans of one camera do not overlap.
CREATE TABLE IF NOT EXISTS segment (
  camera   TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  end_ms   INTEGER NOT NULL,
  path     TEXT NOT NULL,      -- below the footage folder
  bytes    INTEGER NOT NULL,
  pictures INTEGER NOT NULL,
  store    TEXT NOT NULL DEFAULT '',  -- which storage folder
  camera_ms INTEGER,           -- the camera's own clock at the first picture,
  offset_ms INTEGER,           -- and how far it was ahead of ours
  damaged  INTEGER NOT NULL DEFAULT 0,  -- pictures built upon one that was lost on the way
  PRIMARY KEY (camera, start_ms)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS segment_age ON segment (start_ms, camera, bytes);
CREATE INDEX IF NOT EXISTS segment_damaged ON segment (camera, start_ms, end_ms, damaged) WHERE damaged > 0;

-- Bytes of segments by camera, day and folder, kept by triggers: a sum over millions of rows would hold up recording.
CREATE TABLE IF NOT EXISTS day_bytes (
  camera TEXT NOT NULL,
  day    INTEGER NOT NULL,     -- days since 1970
  store  TEXT NOT NULL,
  bytes  INTEGER NOT NULL,
  PRIMARY KEY (camera, day, store)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS segment_added AFTER INSERT ON segment BEGIN
  INSERT INTO day_bytes VALUES (new.camera, new.start_ms / 86400000, new.store, new.bytes)
    ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER IF NOT EXISTS segment_grew AFTER UPDATE OF bytes ON segment BEGIN
  UPDATE day_bytes SET bytes = bytes + new.bytes - old.bytes
   WHERE camera = old.camera AND day = old.start_ms / 86400000 AND store = old.store;
END;
CREATE TRIGGER IF NOT EXISTS segment_gone AFTER DELETE ON segment BEGIN
  UPDATE day_bytes SET bytes = bytes - old.bytes
   WHERE camera = old.camera AND day = old.start_ms / 86400000 AND store = old.store;
  DELETE FROM day_bytes
   WHERE camera = old.camera AND day = old.start_ms / 86400000 AND store = old.store AND bytes <= 0;
END;

-- Spans without footage; end_ms is NULL while one lasts.
CREATE TABLE IF NOT EXISTS gap (
  camera   TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  end_ms   INTEGER,
  cause    TEXT NOT NULL,
  words    TEXT NOT NULL,
  is_reachable INTEGER NOT NULL DEFAULT 1,  -- 0 where the camera could not be reached meanwhile
  PRIMARY KEY (camera, start_ms)
) WITHOUT ROWID;

-- Files that were struck off and may still lie on the disk.
CREATE TABLE IF NOT EXISTS garbage (
  store TEXT NOT NULL,
  path  TEXT NOT NULL,
  PRIMARY KEY (store, path)
) WITHOUT ROWID;

-- What the control process has to hear; AUTOINCREMENT, so that a number never comes twice.
CREATE TABLE IF NOT EXISTS notice (
  seq    INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms  INTEGER NOT NULL,
  camera TEXT NOT NULL,
  kind   TEXT NOT NULL,
  body   TEXT NOT NULL
);

-- Which disk this index describes; when its recorder was last alive.
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

_FOLDERS = """
ALTER TABLE segment ADD COLUMN store TEXT NOT NULL DEFAULT '';
ALTER TABLE segment ADD COLUMN camera_ms INTEGER;
ALTER TABLE segment ADD COLUMN offset_ms INTEGER;
ALTER TABLE gap ADD COLUMN is_reachable INTEGER NOT NULL DEFAULT 1;
DROP TRIGGER IF EXISTS segment_added;
DROP TRIGGER IF EXISTS segment_grew;
DROP TRIGGER IF EXISTS segment_gone;
DROP TABLE IF EXISTS total;
ALTER TABLE garbage RENAME TO garbage_before;
"""
_FOLDERS_AFTER = """
INSERT OR IGNORE INTO garbage (store, path) SELECT '', path FROM garbage_before;
DROP TABLE garbage_before;
INSERT INTO day_bytes SELECT camera, start_ms / 86400000, store, sum(bytes) FROM segment GROUP BY 1, 2, 3;
"""


class Upgrade(NamedTuple):
    """For an index that lacks a column of `segment`: what is done before the tables above are made, and what after."""

    column: str
    before: str
    after: str = ""


UPGRADES = (
    Upgrade("store", _FOLDERS, _FOLDERS_AFTER),  # made before there were several storage folders
    Upgrade("damaged", "ALTER TABLE segment ADD COLUMN damaged INTEGER NOT NULL DEFAULT 0;"),
)
