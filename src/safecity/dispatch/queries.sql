-- add_unit --
INSERT INTO unit (id, number, call_sign, kind, bureau, status)
VALUES (:id, :number, :call_sign, :kind, :bureau, :status)

-- last_number --
SELECT coalesce(max(number), 0) AS last FROM unit

-- units --
-- All units, or some, with what each is bound by now.
SELECT unit.id, unit.number, unit.call_sign, unit.kind, unit.bureau, unit.status,
       assignment.id AS assignment, assignment.incident
  FROM unit LEFT JOIN assignment ON assignment.unit = unit.id AND assignment.ended_ms IS NULL
 WHERE (:ids IS NULL OR unit.id IN (SELECT value FROM json_each(:ids)))
   AND (:bureau IS NULL OR unit.bureau = :bureau)
   AND (:status IS NULL OR unit.status = :status)
 ORDER BY unit.number

-- by_call_sign --
SELECT id AS unit FROM unit WHERE call_sign = :call_sign

-- crews --
SELECT unit, person FROM unit_crew
 WHERE :ids IS NULL OR unit IN (SELECT value FROM json_each(:ids)) ORDER BY unit, place

-- unit_of --
SELECT unit FROM unit_crew WHERE person = :person

-- bound --
-- Whether someone is in a unit's crew, and whether that unit is on duty; one cheap look for every position.
SELECT unit.call_sign, unit.status, unit_crew.person
  FROM unit LEFT JOIN unit_crew ON unit_crew.unit = unit.id AND unit_crew.person = :person
 WHERE unit.id = :unit

-- leave_crew --
DELETE FROM unit_crew WHERE unit = :unit

-- leave_unit --
DELETE FROM unit_crew WHERE person = :person

-- join_crew --
INSERT INTO unit_crew (person, unit, place) VALUES (:person, :unit, :place)

-- set_status --
UPDATE unit SET status = :status WHERE id = :id

-- add_assignment --
INSERT INTO assignment (id, incident, unit, state, assigned_by, assigned_ms)
VALUES (:id, :incident, :unit, :state, :assigned_by, :assigned_ms)

-- set_assignment --
UPDATE assignment
   SET state = :state, accepted_ms = :accepted_ms, en_route_ms = :en_route_ms, on_scene_ms = :on_scene_ms,
       ended_ms = :ended_ms
 WHERE id = :id

-- assignment --
SELECT assignment.*, unit.call_sign FROM assignment JOIN unit ON unit.id = assignment.unit WHERE assignment.id = :id

-- assignments --
-- Who was sent to these incidents, in the order they were sent.
SELECT assignment.*, unit.call_sign FROM assignment JOIN unit ON unit.id = assignment.unit
 WHERE assignment.incident IN (SELECT value FROM json_each(:incidents)) ORDER BY assigned_ms, unit.number, assignment.id

-- others --
SELECT count(*) AS last FROM assignment WHERE incident = :incident AND id <> :id AND ended_ms IS NULL

-- add_message --
INSERT INTO message (id, unit, number, at_ms, writer, text)
VALUES (:id, :unit, (SELECT coalesce(max(number), 0) + 1 FROM message WHERE unit = :unit), :at_ms, :writer, :text)

-- messages --
SELECT id, unit, at_ms, writer, text FROM message WHERE unit = :unit ORDER BY number DESC LIMIT :limit

-- message --
SELECT id, unit, at_ms, writer, text FROM message WHERE id = :id

-- add_track --
INSERT INTO track (unit, at_ms, lat, lon) VALUES (:unit, :at_ms, :lat, :lon) ON CONFLICT DO NOTHING

-- last_tracks --
SELECT track.unit, track.at_ms, track.lat, track.lon
  FROM track JOIN (SELECT unit, max(at_ms) AS at_ms FROM track GROUP BY unit) AS newest
    ON newest.unit = track.unit AND newest.at_ms = track.at_ms
 WHERE track.at_ms >= :since

-- track --
SELECT unit, at_ms, lat, lon FROM track WHERE unit = :unit AND at_ms BETWEEN :from_ms AND :to_ms ORDER BY at_ms

-- tracks_at --
-- Where each unit was last before a moment: one step down the key for each unit.
SELECT track.unit, track.at_ms, track.lat, track.lon
  FROM unit JOIN track ON track.unit = unit.id AND track.at_ms =
       (SELECT max(at_ms) FROM track AS earlier WHERE earlier.unit = unit.id AND earlier.at_ms <= :at_ms)
 WHERE track.at_ms >= :since

-- forget_tracks --
DELETE FROM track WHERE at_ms < :before
