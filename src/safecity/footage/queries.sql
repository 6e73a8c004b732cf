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

-- camera_clock --
SELECT camera, is_wrong, offset_ms, since_ms FROM footage_camera_clock WHERE camera = :camera

-- camera_clocks --
SELECT camera, is_wrong, offset_ms, since_ms FROM footage_camera_clock ORDER BY camera

-- set_camera_clock --
INSERT INTO footage_camera_clock (camera, is_wrong, offset_ms, since_ms)
VALUES (:camera, :is_wrong, :offset_ms, :since_ms)
ON CONFLICT (camera) DO UPDATE
   SET is_wrong = excluded.is_wrong, offset_ms = excluded.offset_ms, since_ms = excluded.since_ms

-- set_class --
INSERT INTO footage_class (name, keep_days, keep_bytes) VALUES (:name, :keep_days, :keep_bytes)
ON CONFLICT (name) DO UPDATE SET keep_days = excluded.keep_days, keep_bytes = excluded.keep_bytes

-- classes --
SELECT name, keep_days, keep_bytes FROM footage_class ORDER BY name

-- keepings --
SELECT body FROM footage_keeping ORDER BY subject

-- keeping --
SELECT body FROM footage_keeping WHERE subject = :subject

-- set_keeping --
INSERT INTO footage_keeping (subject, body) VALUES (:subject, :body)
ON CONFLICT (subject) DO UPDATE SET body = excluded.body

-- drop_keeping --
DELETE FROM footage_keeping WHERE subject = :subject

-- retake_plate --
INSERT INTO plate_retaken (camera, from_ms) VALUES (:camera, :from_ms)
ON CONFLICT (camera) DO UPDATE SET from_ms = excluded.from_ms

-- retaken_plates --
SELECT camera, from_ms FROM plate_retaken ORDER BY camera

-- approve_scene --
INSERT INTO scene_approval (camera, stream, learned_ms, approved_by, approved_ms)
VALUES (:camera, :stream, :learned_ms, :approved_by, :approved_ms)
ON CONFLICT (camera, stream, learned_ms) DO UPDATE
   SET approved_by = excluded.approved_by, approved_ms = excluded.approved_ms

-- approvals_of --
SELECT stream, learned_ms, approved_by, approved_ms FROM scene_approval WHERE camera = :camera

-- drop_approvals --
DELETE FROM scene_approval WHERE camera = :camera

-- mark_scene --
INSERT INTO scene_mark (camera, at_ms, x, y, w, h, nobody_in) VALUES (:camera, :at_ms, :x, :y, :w, :h, :nobody_in)

-- marks_of --
SELECT camera, at_ms, x, y, w, h, nobody_in FROM scene_mark WHERE camera = :camera ORDER BY at_ms

-- marks --
SELECT camera, at_ms, x, y, w, h, nobody_in FROM scene_mark ORDER BY camera, at_ms

-- drop_marks --
DELETE FROM scene_mark WHERE camera = :camera

-- retaken_plate --
SELECT camera, from_ms FROM plate_retaken WHERE camera = :camera

-- shortage_told --
SELECT at_ms FROM footage_shortage

-- tell_shortage --
INSERT INTO footage_shortage (one, at_ms) VALUES (1, :at_ms) ON CONFLICT (one) DO UPDATE SET at_ms = excluded.at_ms
