-- add_hold --
INSERT INTO footage_hold (id, camera, start_ms, end_ms, held_ms)
VALUES (:id, :camera, :start_ms, :end_ms, :held_ms) ON CONFLICT (id) DO NOTHING

-- hold --
SELECT id, camera, start_ms, end_ms FROM footage_hold WHERE id = :id

-- release_hold --
UPDATE footage_hold SET released_ms = :released_ms WHERE id = :id AND released_ms IS NULL

-- holds_of --
SELECT id, camera, start_ms, end_ms FROM footage_hold
 WHERE camera = :camera AND start_ms < :to_ms AND end_ms > :from_ms AND released_ms IS NULL ORDER BY start_ms, id

-- holds_in_force --
SELECT id, camera, start_ms, end_ms FROM footage_hold WHERE released_ms IS NULL ORDER BY id

-- notice_cursor --
SELECT born, seq FROM footage_notice WHERE recorder = :recorder

-- move_notice_cursor --
INSERT INTO footage_notice (recorder, born, seq) VALUES (:recorder, :born, :seq)
ON CONFLICT (recorder) DO UPDATE SET born = excluded.born, seq = excluded.seq
