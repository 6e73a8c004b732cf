-- Who looked at a camera's empty scene and said that nobody is in it. A scene is named by when it was learned.
CREATE TABLE scene_approval (
  camera     TEXT NOT NULL,
  stream     TEXT NOT NULL,
  learned_ms BIGINT NOT NULL,
  approved_by TEXT NOT NULL,
  approved_ms BIGINT NOT NULL,
  PRIMARY KEY (camera, stream, learned_ms)
);
-- What somebody said of a place in it: that a person stands there, or (in the scene `nobody_in`) that what was found is
-- nobody. The area in shares of the picture.
CREATE TABLE scene_mark (
  camera    TEXT NOT NULL,
  at_ms     BIGINT NOT NULL,
  x         DOUBLE PRECISION NOT NULL,
  y         DOUBLE PRECISION NOT NULL,
  w         DOUBLE PRECISION NOT NULL,
  h         DOUBLE PRECISION NOT NULL,
  nobody_in BIGINT,
  PRIMARY KEY (camera, at_ms)
);
