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

-- add_export --
INSERT INTO evidence_export (id, asked_by, asked_ms, cameras, from_ms, to_ms, reason_code, reason, masked, width, state, done)
VALUES (:id, :asked_by, :asked_ms, :cameras, :from_ms, :to_ms, :reason_code, :reason, :masked, :width, 'asked', 0)

-- export --
SELECT id, asked_by, asked_ms, cameras, from_ms, to_ms, reason_code, reason, masked, width, state, done, permit, failure,
       keep_ms
  FROM evidence_export WHERE id = :id

-- exports_of --
-- A person's exports, newest first.
SELECT id, asked_by, asked_ms, cameras, from_ms, to_ms, reason_code, reason, masked, width, state, done, permit, failure,
       keep_ms
  FROM evidence_export WHERE asked_by = :asked_by ORDER BY asked_ms DESC, id DESC LIMIT :many

-- exports_in --
SELECT id, asked_by, asked_ms, cameras, from_ms, to_ms, reason_code, reason, masked, width, state, done, permit, failure,
       keep_ms
  FROM evidence_export WHERE state = :state ORDER BY asked_ms, id

-- move_export --
UPDATE evidence_export SET state = :state WHERE id = :id AND state = :was

-- begin_export --
UPDATE evidence_export SET state = 'running', done = 0, permit = :permit WHERE id = :id AND state = 'asked'

-- export_done --
UPDATE evidence_export SET done = :done WHERE id = :id AND state = 'running'

-- finish_export --
UPDATE evidence_export SET state = 'ready', done = 1, keep_ms = :keep_ms WHERE id = :id AND state = 'running'

-- fail_export --
UPDATE evidence_export SET state = 'failed', failure = :failure WHERE id = :id AND state IN ('asked', 'running')

-- drop_export --
UPDATE evidence_export SET state = 'gone' WHERE id = :id AND state <> 'gone'

-- add_export_file --
INSERT INTO evidence_export_file (export, name, camera, from_ms, to_ms, bytes, pictures, missing, sha256)
VALUES (:export, :name, :camera, :from_ms, :to_ms, :bytes, :pictures, :missing, :sha256)

-- export_files --
SELECT export, name, camera, from_ms, to_ms, bytes, pictures, missing, sha256, delivered_ms
  FROM evidence_export_file WHERE export = :export ORDER BY camera, from_ms, name

-- export_delivered --
-- At most one row: who asks twice at once finds it told.
UPDATE evidence_export_file SET delivered_ms = :now_ms
 WHERE export = :export AND name = :name AND (delivered_ms IS NULL OR delivered_ms <= :before_ms)
