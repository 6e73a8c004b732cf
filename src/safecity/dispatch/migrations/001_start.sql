-- Officers who go together.
CREATE TABLE unit (
  id        TEXT PRIMARY KEY,
  number    INTEGER NOT NULL UNIQUE,
  call_sign TEXT NOT NULL UNIQUE,
  kind      TEXT NOT NULL,
  bureau    TEXT NOT NULL,
  status    TEXT NOT NULL
);

-- Who is in which unit; nobody is in two.
CREATE TABLE unit_crew (
  person TEXT PRIMARY KEY,
  unit   TEXT NOT NULL,
  place  INTEGER NOT NULL
);
CREATE INDEX unit_crew_unit ON unit_crew (unit, place);

CREATE TABLE assignment (
  id          TEXT PRIMARY KEY,
  incident    TEXT NOT NULL,
  unit        TEXT NOT NULL,
  state       TEXT NOT NULL,
  assigned_by TEXT NOT NULL,
  assigned_ms BIGINT NOT NULL,
  accepted_ms BIGINT,
  en_route_ms BIGINT,
  on_scene_ms BIGINT,
  ended_ms    BIGINT
);
-- A unit has at most one assignment, whatever two operators do in the same moment.
CREATE UNIQUE INDEX assignment_active ON assignment (unit) WHERE ended_ms IS NULL;
CREATE INDEX assignment_incident ON assignment (incident, assigned_ms);

CREATE TABLE message (
  id     TEXT PRIMARY KEY,
  unit   TEXT NOT NULL,
  number INTEGER NOT NULL,
  at_ms  BIGINT NOT NULL,
  writer TEXT NOT NULL,
  text   TEXT NOT NULL
);
CREATE UNIQUE INDEX message_unit ON message (unit, number);

-- Where units were, about every 30 s. Not facts: they are forgotten after their time.
CREATE TABLE track (
  unit  TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  lat   DOUBLE PRECISION NOT NULL,
  lon   DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (unit, at_ms)
);
