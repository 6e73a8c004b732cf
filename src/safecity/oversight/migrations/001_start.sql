-- The tamper-evident log over the journal: hash tiles of 256 (C2SP tlog-tiles), the last of each level partial.
CREATE TABLE log_tile (
  level  INTEGER NOT NULL,
  number INTEGER NOT NULL,
  hashes BLOB NOT NULL,        -- 32 bytes each, up to 256 of them
  PRIMARY KEY (level, number)
);

-- Signed checkpoints: the newest, and the last one within each full run of 256 entries.
CREATE TABLE log_checkpoint (
  size INTEGER PRIMARY KEY,
  note TEXT NOT NULL
);

-- What is known of each alert until an incident takes it up.
CREATE TABLE response_alert (
  alert       TEXT PRIMARY KEY,
  raised_ms   BIGINT NOT NULL,
  answered_ms BIGINT
);

-- When each incident came how far; folded from facts, and can be folded anew.
CREATE TABLE response (
  incident      TEXT PRIMARY KEY,
  bureau        TEXT,
  kind          TEXT NOT NULL,
  priority      INTEGER NOT NULL,
  raised_ms     BIGINT,
  answered_ms   BIGINT,
  declared_ms   BIGINT NOT NULL,
  dispatched_ms BIGINT,
  on_scene_ms   BIGINT,
  resolved_ms   BIGINT,
  merged        INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX response_declared ON response (declared_ms);

-- How many times pictures were looked at.
CREATE TABLE look_count (
  day     TEXT NOT NULL,       -- UTC, 2030-01-31
  purpose TEXT NOT NULL,       -- what kind of purpose, never which incident
  kind    TEXT NOT NULL,       -- live, recorded, a single picture
  masked  INTEGER NOT NULL,
  looks   INTEGER NOT NULL,
  PRIMARY KEY (day, purpose, kind, masked)
);
