-- add_hold --
INSERT INTO evidence_hold (id, incident, camera, from_ms, to_ms, reason, held_by, held_ms, segments, bytes)
VALUES (:id, :incident, :camera, :from_ms, :to_ms, :reason, :held_by, :held_ms, :segments, :bytes)

-- hold --
SELECT id, incident, camera, from_ms, to_ms, reason, held_by, held_ms, segments, bytes, released_by, released_ms,
       release_reason
  FROM evidence_hold WHERE id = :id

-- holds_of --
SELECT id, incident, camera, from_ms, to_ms, reason, held_by, held_ms, segments, bytes, released_by, released_ms,
       release_reason
  FROM evidence_hold WHERE incident = :incident ORDER BY held_ms, id

-- release --
UPDATE evidence_hold SET released_by = :by, released_ms = :now_ms, release_reason = :reason
 WHERE id = :id AND released_ms IS NULL
