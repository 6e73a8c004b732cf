-- The journal: one row a fact, numbered without a hole on this node. Rows are only ever added.
CREATE TABLE journal (
  seq        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  node       TEXT NOT NULL,
  at_ms      BIGINT NOT NULL,
  type       TEXT NOT NULL,
  subject    TEXT NOT NULL,
  actor      TEXT NOT NULL,
  purpose    TEXT NOT NULL,
  body       TEXT NOT NULL,
  salt       BLOB NOT NULL,
  commitment BLOB NOT NULL
);
-- The history of one thing, in order.
CREATE INDEX journal_subject ON journal (subject, seq);

-- How far each durable listener of the bus has come.
CREATE TABLE cursor (
  listener TEXT PRIMARY KEY,
  seq      INTEGER NOT NULL
);
