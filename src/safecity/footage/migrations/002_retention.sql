-- Kinds of footage that are kept in their own way.
CREATE TABLE footage_class (
  name       TEXT PRIMARY KEY,
  keep_days  DOUBLE PRECISION,
  keep_bytes BIGINT
);

-- For how long each subject's footage is kept, and which shorter rule waits: JSON of footage.keeping.Keeping.
CREATE TABLE footage_keeping (
  subject TEXT PRIMARY KEY,
  body    TEXT NOT NULL
);
