-- last_seq --
SELECT coalesce(max(seq), 0) AS seq FROM journal

-- append --
INSERT INTO journal (seq, id, node, at_ms, type, subject, actor, purpose, body, salt, commitment)
VALUES (:seq, :id, :node, :at_ms, :type, :subject, :actor, :purpose, :body, :salt, :commitment)

-- read --
SELECT seq, id, node, at_ms, type, subject, actor, purpose, body, salt, commitment
  FROM journal WHERE seq > :since ORDER BY seq LIMIT :limit

-- read_about --
-- The history of a few subjects, through the index on subject.
SELECT seq, id, node, at_ms, type, subject, actor, purpose, body, salt, commitment
  FROM journal WHERE subject IN (SELECT value FROM json_each(:subjects)) ORDER BY seq

-- read_cursor --
SELECT seq FROM cursor WHERE listener = :listener

-- move_cursor --
INSERT INTO cursor (listener, seq) VALUES (:listener, :seq)
ON CONFLICT (listener) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > cursor.seq
