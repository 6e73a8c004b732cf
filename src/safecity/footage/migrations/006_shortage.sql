-- When it was last told that footage will begin to go before its time; one row at most.
CREATE TABLE footage_shortage (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  at_ms BIGINT NOT NULL
);
