-- What people decided is happening.
CREATE TABLE incident (
  id            TEXT PRIMARY KEY,
  reference     TEXT NOT NULL,
  kind          TEXT NOT NULL,
  title         TEXT NOT NULL,
  priority      INTEGER NOT NULL,
  state         TEXT NOT NULL,
  lat           DOUBLE PRECISION NOT NULL,
  lon           DOUBLE PRECISION NOT NULL,
  place_name    TEXT NOT NULL,
  bureau        TEXT,
  owner         TEXT NOT NULL,
  declared_ms   BIGINT NOT NULL,
  dispatched_ms BIGINT,
  on_scene_ms   BIGINT,
  resolved_ms   BIGINT,
  closed_ms     BIGINT,
  reopened      INTEGER NOT NULL DEFAULT 0,
  merged_into   TEXT
);
CREATE INDEX incident_state ON incident (state, declared_ms);
CREATE INDEX incident_merged ON incident (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE incident_alert (
  incident TEXT NOT NULL,
  alert    TEXT NOT NULL,
  place    INTEGER NOT NULL,
  PRIMARY KEY (incident, alert)
);

CREATE TABLE incident_camera (
  incident TEXT NOT NULL,
  camera   TEXT NOT NULL,
  place    INTEGER NOT NULL,
  PRIMARY KEY (incident, camera)
);

-- What people wrote: notes, and the reasons of moves. It stays here; facts carry the id.
CREATE TABLE incident_note (
  id       TEXT PRIMARY KEY,
  incident TEXT NOT NULL,
  number   INTEGER NOT NULL,
  at_ms    BIGINT NOT NULL,
  writer   TEXT NOT NULL,
  text     TEXT NOT NULL
);
CREATE INDEX incident_note_incident ON incident_note (incident, number);

-- The last number given out in a bureau on a day.
CREATE TABLE incident_number (
  series TEXT PRIMARY KEY,
  last   INTEGER NOT NULL
);
