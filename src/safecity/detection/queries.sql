-- read_cursor --
SELECT seq FROM sighting_cursor WHERE eye = :eye

-- set_cursor --
INSERT INTO sighting_cursor (eye, seq) VALUES (:eye, :seq)
ON CONFLICT (eye) DO UPDATE SET seq = excluded.seq

-- add --
-- A notice that comes a second time changes nothing.
INSERT INTO sighting (id, eye, camera, started_ms, ended_ms, box_json, snapshot)
VALUES (:id, :eye, :camera, :started_ms, NULL, :box_json, :snapshot)
ON CONFLICT (id) DO NOTHING

-- end --
UPDATE sighting SET ended_ms = :ended_ms, box_json = :box_json WHERE id = :id AND ended_ms IS NULL

-- one --
SELECT id, camera, started_ms, ended_ms, box_json, snapshot FROM sighting WHERE id = :id

-- open_of_eye --
SELECT id, camera, started_ms, ended_ms, box_json, snapshot
  FROM sighting WHERE eye = :eye AND ended_ms IS NULL ORDER BY started_ms, id

-- touching --
-- Sightings of a camera that touch a span. No sighting lasts a day, so the index bounds both ends.
SELECT id, camera, started_ms, ended_ms, box_json, snapshot
  FROM sighting
 WHERE camera = :camera AND started_ms < :to_ms AND started_ms >= :from_ms - 86400000
   AND (ended_ms IS NULL OR ended_ms >= :from_ms)
 ORDER BY started_ms, id LIMIT :limit

-- put_finders --
INSERT INTO eye_finders (eye, words) VALUES (:eye, :words)
ON CONFLICT (eye) DO UPDATE SET words = excluded.words

-- finders --
SELECT words FROM eye_finders WHERE eye = :eye
