-- Staff. The journal knows them by id only; a person who left keeps the row, so that old facts can be read.
CREATE TABLE person (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL,
  sign_in       TEXT NOT NULL UNIQUE,   -- lower case
  password_hash TEXT,                   -- Argon2id, PHC text; NULL: signs in by one-time link only
  roles_json    TEXT NOT NULL,
  bureau        TEXT,
  added_ms      BIGINT NOT NULL,
  removed_ms    BIGINT
);

-- Sign-ons. Only the SHA-256 of a token is kept: who reads this table can sign in as nobody.
CREATE TABLE session (
  token_sha256 TEXT PRIMARY KEY,
  person       TEXT NOT NULL REFERENCES person (id),
  csrf         TEXT NOT NULL,
  started_ms   BIGINT NOT NULL,
  seen_ms      BIGINT NOT NULL,
  ended_ms     BIGINT
);
CREATE INDEX session_person ON session (person);

-- One-time sign-in links, e.g. for a new phone.
CREATE TABLE sign_in_link (
  token_sha256 TEXT PRIMARY KEY,
  person       TEXT NOT NULL REFERENCES person (id),
  expires_ms   BIGINT NOT NULL,
  used_ms      BIGINT
);

-- Failed sign-ins by sign-in name (hashed: people type passwords there too), known or not.
CREATE TABLE sign_in_failure (
  name_sha256 TEXT PRIMARY KEY,
  failures    INTEGER NOT NULL,
  last_ms     BIGINT NOT NULL,
  locked_ms   BIGINT NOT NULL           -- refused until this moment; 0: not locked
);

CREATE TABLE device (
  token_sha256 TEXT PRIMARY KEY,
  name         TEXT NOT NULL,
  roles_json   TEXT NOT NULL,
  bureau       TEXT,
  issued_ms    BIGINT NOT NULL,
  revoked_ms   BIGINT
);
CREATE INDEX device_name ON device (name);

CREATE TABLE bureau (
  code         TEXT PRIMARY KEY,
  name         TEXT NOT NULL,
  polygon_json TEXT NOT NULL,           -- [[lat, lon], ...]
  changed_ms   BIGINT NOT NULL
);

CREATE TABLE permit (
  id          TEXT PRIMARY KEY,
  kind        TEXT NOT NULL,
  subject     TEXT NOT NULL,
  reason_code TEXT NOT NULL,
  reason      TEXT NOT NULL,
  state       TEXT NOT NULL,
  asked_by    TEXT NOT NULL,
  asked_ms    BIGINT NOT NULL,
  decided_by  TEXT,
  expires_ms  BIGINT
);
CREATE INDEX permit_subject ON permit (subject, kind);
