-- insert --
INSERT INTO incident (id, reference, kind, title, priority, state, lat, lon, place_name, bureau, owner, declared_ms)
VALUES (:id, :reference, :kind, :title, :priority, :state, :lat, :lon, :place_name, :bureau, :owner, :declared_ms)

-- some --
SELECT * FROM incident WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY declared_ms, reference

-- declared_between --
-- The newest of those that were declared in a span and that any of these cameras belongs to.
SELECT * FROM incident WHERE declared_ms >= :from_ms AND declared_ms < :to_ms AND merged_into IS NULL
   AND id IN (SELECT incident FROM incident_camera WHERE camera IN (SELECT value FROM json_each(:cameras)))
 ORDER BY declared_ms DESC, reference LIMIT :limit

-- listed --
-- The most urgent first, then the newest; `bureau` NULL means the whole city.
SELECT * FROM incident
 WHERE state IN (SELECT value FROM json_each(:states)) AND (:bureau IS NULL OR bureau = :bureau)
 ORDER BY priority, declared_ms DESC, reference DESC LIMIT :limit

-- set_state --
UPDATE incident
   SET state = :state, dispatched_ms = :dispatched_ms, on_scene_ms = :on_scene_ms, resolved_ms = :resolved_ms,
       closed_ms = :closed_ms, reopened = :reopened, merged_into = :merged_into
 WHERE id = :id

-- add_alert --
INSERT INTO incident_alert (incident, alert, place)
VALUES (:incident, :alert, (SELECT count(*) FROM incident_alert WHERE incident = :incident))
ON CONFLICT DO NOTHING

-- add_camera --
INSERT INTO incident_camera (incident, camera, place)
VALUES (:incident, :camera, (SELECT count(*) FROM incident_camera WHERE incident = :incident))
ON CONFLICT DO NOTHING

-- add_note --
INSERT INTO incident_note (id, incident, number, at_ms, writer, text)
VALUES (:id, :incident, (SELECT count(*) FROM incident_note WHERE incident = :incident), :at_ms, :writer, :text)

-- parts --
-- An incident and all that were merged into it, directly or by way of another.
WITH RECURSIVE part (root, id) AS (
  SELECT value, value FROM json_each(:ids)
   UNION SELECT part.root, incident.id FROM incident JOIN part ON incident.merged_into = part.id)
SELECT root, id AS thing FROM part ORDER BY root, id <> root, id

-- alerts_of --
WITH RECURSIVE part (root, id) AS (
  SELECT value, value FROM json_each(:ids)
   UNION SELECT part.root, incident.id FROM incident JOIN part ON incident.merged_into = part.id)
SELECT part.root, linked.alert AS thing FROM part JOIN incident_alert AS linked ON linked.incident = part.id
 ORDER BY part.id <> part.root, part.id, linked.place

-- cameras_of --
WITH RECURSIVE part (root, id) AS (
  SELECT value, value FROM json_each(:ids)
   UNION SELECT part.root, incident.id FROM incident JOIN part ON incident.merged_into = part.id)
SELECT part.root, linked.camera AS thing FROM part JOIN incident_camera AS linked ON linked.incident = part.id
 ORDER BY part.id <> part.root, part.id, linked.place

-- notes_of --
WITH RECURSIVE part (root, id) AS (
  SELECT value, value FROM json_each(:ids)
   UNION SELECT part.root, incident.id FROM incident JOIN part ON incident.merged_into = part.id)
SELECT part.root, note.id, note.incident, note.at_ms, note.writer, note.text
  FROM part JOIN incident_note AS note ON note.incident = part.id ORDER BY note.at_ms, note.incident, note.number

-- next_number --
INSERT INTO incident_number (series, last) VALUES (:series, 1)
ON CONFLICT (series) DO UPDATE SET last = incident_number.last + 1
RETURNING last
