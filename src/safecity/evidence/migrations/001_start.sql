-- What is kept for a court. Rows stay after the release: they say why something was kept, and for how long.
CREATE TABLE evidence_hold (
  id             TEXT PRIMARY KEY,
  incident       TEXT NOT NULL,
  camera         TEXT NOT NULL,
  from_ms        BIGINT NOT NULL,
  to_ms          BIGINT NOT NULL,
  reason         TEXT NOT NULL,
  held_by        TEXT NOT NULL,
  held_ms        BIGINT NOT NULL,
  segments       INTEGER NOT NULL,
  bytes          BIGINT NOT NULL,
  released_by    TEXT,
  released_ms    BIGINT,
  release_reason TEXT
);
CREATE INDEX evidence_hold_incident ON evidence_hold (incident, held_ms);
