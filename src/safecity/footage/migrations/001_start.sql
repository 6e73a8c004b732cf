-- Holds on footage, as control knows them; the files under holds/ are what recorders obey.
CREATE TABLE footage_hold (
  id          TEXT PRIMARY KEY,
  camera      TEXT NOT NULL,
  start_ms    BIGINT NOT NULL,
  end_ms      BIGINT NOT NULL,
  held_ms     BIGINT NOT NULL,
  released_ms BIGINT
);
CREATE INDEX footage_hold_camera ON footage_hold (camera, start_ms);

-- How far each recorder's notices have been told. `born` names the index: one made anew counts from 1 again.
CREATE TABLE footage_notice (
  recorder TEXT PRIMARY KEY,
  born     TEXT NOT NULL,
  seq      BIGINT NOT NULL
);
