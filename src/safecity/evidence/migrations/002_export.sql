-- Exports of several cameras: who asked for what and why, how far it is, and what came of it. Rows stay when the files
-- are gone: they say what was handed out.
CREATE TABLE evidence_export (
  id          TEXT PRIMARY KEY,
  asked_by    TEXT NOT NULL,
  asked_ms    BIGINT NOT NULL,
  cameras     TEXT NOT NULL,      -- ids, a JSON list
  from_ms     BIGINT NOT NULL,
  to_ms       BIGINT NOT NULL,
  reason_code TEXT NOT NULL,
  reason      TEXT NOT NULL,
  masked      INTEGER NOT NULL,   -- 0 or 1
  width       INTEGER NOT NULL,
  state       TEXT NOT NULL,      -- asked, running, ready, failed or gone
  done        REAL NOT NULL,      -- 0 to 1
  permit      TEXT,
  failure     TEXT,
  keep_ms     BIGINT              -- until when the files are kept
);
CREATE INDEX evidence_export_asked ON evidence_export (asked_by, asked_ms);
CREATE INDEX evidence_export_state ON evidence_export (state, asked_ms);
CREATE TABLE evidence_export_file (
  export       TEXT NOT NULL,
  name         TEXT NOT NULL,
  camera       TEXT NOT NULL,
  from_ms      BIGINT NOT NULL,
  to_ms        BIGINT NOT NULL,
  bytes        BIGINT NOT NULL,
  pictures     INTEGER NOT NULL,
  missing      TEXT NOT NULL,     -- spans, a JSON list of pairs
  sha256       TEXT NOT NULL,
  delivered_ms BIGINT,            -- when the journal last said that it leaves
  PRIMARY KEY (export, name)
);
