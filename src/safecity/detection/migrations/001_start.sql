-- What cameras saw, one row a sighting. `box_json` is [x, y, w, h] as shares of the picture.
CREATE TABLE sighting (
  id         TEXT PRIMARY KEY,
  eye        TEXT NOT NULL,
  camera     TEXT NOT NULL,
  started_ms BIGINT NOT NULL,
  ended_ms   BIGINT,
  box_json   TEXT NOT NULL,
  snapshot   TEXT
);
-- A camera's sightings by time, for its timeline.
CREATE INDEX sighting_camera ON sighting (camera, started_ms);
-- Those that last, few at any time: an eye that starts anew ends what it left open.
CREATE INDEX sighting_open ON sighting (eye) WHERE ended_ms IS NULL;

-- How far each eye's notices have been taken over. Unlike `cursor` it may go back, when an eye's list was begun anew.
CREATE TABLE sighting_cursor (
  eye TEXT PRIMARY KEY,
  seq BIGINT NOT NULL
);
