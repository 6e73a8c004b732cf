-- commitments --
SELECT seq, commitment FROM journal WHERE seq > :since ORDER BY seq LIMIT :limit

-- newest_checkpoint --
SELECT size, note FROM log_checkpoint ORDER BY size DESC LIMIT 1

-- checkpoints --
SELECT size, note FROM log_checkpoint ORDER BY size

-- add_checkpoint --
INSERT INTO log_checkpoint (size, note) VALUES (:size, :note)

-- drop_checkpoint --
DELETE FROM log_checkpoint WHERE size = :size

-- put_tile --
INSERT INTO log_tile (level, number, hashes) VALUES (:level, :number, :hashes)
ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes

-- tile --
SELECT level, number, hashes FROM log_tile WHERE level = :level AND number = :number

-- tiles --
SELECT level, number, hashes FROM log_tile WHERE level = :level AND number >= :first ORDER BY number LIMIT :limit

-- shape --
-- In one statement, so that checkpoint and tiles are of the same moment even while the log grows.
SELECT coalesce((SELECT max(size) FROM log_checkpoint), 0) AS size, level, count(*) AS tiles,
       sum(length(hashes)) AS bytes, min(number) AS first, max(number) AS last
  FROM log_tile GROUP BY level ORDER BY level

-- erasures --
SELECT seq, body FROM journal WHERE type = :type ORDER BY seq

-- entry --
SELECT seq, id, node, at_ms, type, subject, actor, purpose, body, salt, commitment FROM journal WHERE seq = :seq

-- erase --
UPDATE journal SET body = '', salt = :nothing WHERE seq = :seq

-- put_response_alert --
INSERT INTO response_alert (alert, raised_ms) VALUES (:alert, :raised_ms) ON CONFLICT (alert) DO NOTHING

-- answer_alert --
UPDATE response_alert SET answered_ms = :at_ms WHERE alert = :alert AND answered_ms IS NULL

-- drop_alert --
DELETE FROM response_alert WHERE alert = :alert

-- first_of_alerts --
SELECT min(raised_ms) AS raised_ms, min(answered_ms) AS answered_ms
  FROM response_alert WHERE alert IN (SELECT value FROM json_each(:alerts))

-- drop_alerts --
DELETE FROM response_alert WHERE alert IN (SELECT value FROM json_each(:alerts))

-- put_response --
INSERT INTO response (incident, bureau, kind, priority, raised_ms, answered_ms, declared_ms)
VALUES (:incident, :bureau, :kind, :priority, :raised_ms, :answered_ms, :declared_ms)
ON CONFLICT (incident) DO NOTHING

-- response_dispatched --
UPDATE response SET dispatched_ms = :at_ms WHERE incident = :incident AND dispatched_ms IS NULL

-- response_on_scene --
UPDATE response SET on_scene_ms = :at_ms WHERE incident = :incident AND on_scene_ms IS NULL

-- response_resolved --
UPDATE response SET resolved_ms = :at_ms WHERE incident = :incident AND resolved_ms IS NULL

-- response_reopened --
UPDATE response SET resolved_ms = NULL WHERE incident = :incident

-- response_merged --
UPDATE response SET merged = 1 WHERE incident = :incident

-- responses --
-- Merged incidents are counted where they went on.
SELECT bureau, kind, priority, raised_ms, answered_ms, declared_ms, dispatched_ms, on_scene_ms, resolved_ms
  FROM response WHERE declared_ms >= :from_ms AND declared_ms < :to_ms AND merged = 0 ORDER BY declared_ms, incident

-- count_look --
INSERT INTO look_count (day, purpose, kind, masked, looks) VALUES (:day, :purpose, :kind, :masked, 1)
ON CONFLICT (day, purpose, kind, masked) DO UPDATE SET looks = looks + 1

-- looks --
SELECT day, purpose, kind, masked, looks FROM look_count
 WHERE day >= :from_day AND day <= :to_day ORDER BY day, purpose, kind, masked
