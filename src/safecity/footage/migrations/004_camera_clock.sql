-- What each camera's own clock said last, where that was news: `is_wrong` is 0 or 1, positive offsets are ahead of ours.
CREATE TABLE footage_camera_clock (
  camera    TEXT PRIMARY KEY,
  is_wrong  INTEGER NOT NULL,
  offset_ms BIGINT NOT NULL,
  since_ms  BIGINT NOT NULL
);
