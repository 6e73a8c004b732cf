-- What deserves a look. `details` may hold personal data: it stays here and never stands in a fact.
CREATE TABLE alert (
  id               TEXT PRIMARY KEY,
  reference        TEXT NOT NULL,
  kind             TEXT NOT NULL,
  title            TEXT NOT NULL,
  priority         INTEGER NOT NULL,
  state            TEXT NOT NULL,
  source           TEXT NOT NULL,
  camera           TEXT,
  cameras_json     TEXT NOT NULL,
  lat              DOUBLE PRECISION NOT NULL,
  lon              DOUBLE PRECISION NOT NULL,
  place_name       TEXT NOT NULL,
  bureau           TEXT,
  count            INTEGER NOT NULL,
  raised_by        TEXT NOT NULL,
  raised_ms        BIGINT NOT NULL,
  last_ms          BIGINT NOT NULL,
  due_ms           BIGINT NOT NULL,
  acknowledged_by  TEXT,
  acknowledged_ms  BIGINT,
  dismissed_reason TEXT,
  dismissed_words  TEXT NOT NULL DEFAULT '',
  incident         TEXT,
  sighting         TEXT,
  details          TEXT NOT NULL
);
-- Those that a new sign may join: by kind and place, or by camera.
CREATE INDEX alert_open_place ON alert (kind, lat, lon) WHERE state IN ('raised', 'acknowledged');
CREATE INDEX alert_open_camera ON alert (camera, kind) WHERE state IN ('raised', 'acknowledged')
  AND camera IS NOT NULL;
CREATE INDEX alert_raised ON alert (raised_ms);
CREATE INDEX alert_reference ON alert (reference);
CREATE INDEX alert_incident ON alert (incident) WHERE incident IS NOT NULL;

-- Signs that were given an id, so that one that is sent twice counts once (it begins with who sent it), and how to reach
-- those who reported.
CREATE TABLE alert_sign (
  id      TEXT PRIMARY KEY,
  alert   TEXT NOT NULL,
  at_ms   BIGINT NOT NULL,
  contact TEXT NOT NULL
);
CREATE INDEX alert_sign_contact ON alert_sign (alert) WHERE contact <> '';

-- The last number given out in a bureau on a day.
CREATE TABLE alert_number (
  series TEXT PRIMARY KEY,
  last   INTEGER NOT NULL
);
