-- Cameras. One that was removed keeps its row, so that old facts and footage can be read, but not its address.
CREATE TABLE camera (
  id                 TEXT PRIMARY KEY,
  name               TEXT NOT NULL,
  url                TEXT NOT NULL,      -- with its password: nothing but a recorder's plan may hold it as well
  sub_url            TEXT,
  bureau             TEXT NOT NULL,
  lat                DOUBLE PRECISION NOT NULL,
  lon                DOUBLE PRECISION NOT NULL,
  bearing_deg        DOUBLE PRECISION NOT NULL,
  view_deg           DOUBLE PRECISION NOT NULL,
  range_m            DOUBLE PRECISION NOT NULL,
  controller         TEXT NOT NULL,
  regime             TEXT NOT NULL,
  privacy_areas_json TEXT NOT NULL,
  zones_json         TEXT NOT NULL,
  masks_json         TEXT NOT NULL,
  record             INTEGER NOT NULL,   -- 0 or 1
  enabled            INTEGER NOT NULL,   -- 0 or 1
  keep_days          INTEGER,            -- NULL: as the city's setting says
  added_ms           BIGINT NOT NULL,
  removed_ms         BIGINT
);
-- Two cameras of one name would be confused by those who must act quickly.
CREATE UNIQUE INDEX camera_name ON camera (name) WHERE removed_ms IS NULL;

-- How each camera is, and since when.
CREATE TABLE camera_health (
  camera   TEXT PRIMARY KEY REFERENCES camera (id),
  state    TEXT NOT NULL,
  reason   TEXT NOT NULL,
  since_ms BIGINT NOT NULL
);
