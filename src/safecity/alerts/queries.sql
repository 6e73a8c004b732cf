-- insert --
INSERT INTO alert (id, reference, kind, title, priority, state, source, camera, cameras_json, lat, lon, place_name,
                   bureau, count, raised_by, raised_ms, last_ms, due_ms, sighting, details)
VALUES (:id, :reference, :kind, :title, :priority, :state, :source, :camera, :cameras_json, :lat, :lon, :place_name,
        :bureau, :count, :raised_by, :raised_ms, :last_ms, :due_ms, :sighting, :details)

-- one --
SELECT * FROM alert WHERE id = :id

-- several --
SELECT * FROM alert WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY raised_ms, reference

-- listed --
-- The most urgent first, then the oldest; `bureau` NULL means the whole city.
SELECT * FROM alert
 WHERE state IN (SELECT value FROM json_each(:states)) AND (:bureau IS NULL OR bureau = :bureau)
 ORDER BY priority, raised_ms, reference LIMIT :limit

-- near --
-- Open alerts in a small square, and those of the same camera; the rule then measures.
SELECT * FROM alert
 WHERE state IN ('raised', 'acknowledged') AND kind = :kind AND lat BETWEEN :south AND :north
   AND lon BETWEEN :west AND :east AND last_ms >= :since
UNION
SELECT * FROM alert
 WHERE state IN ('raised', 'acknowledged') AND camera = :camera AND kind = :kind AND last_ms >= :since

-- join_sign --
UPDATE alert
   SET count = :count, priority = :priority, state = :state, due_ms = :due_ms, last_ms = :last_ms,
       cameras_json = :cameras_json, camera = :camera, sighting = :sighting, details = :details
 WHERE id = :id

-- set_acknowledged --
UPDATE alert SET state = :state, acknowledged_by = :by, acknowledged_ms = :at_ms WHERE id = :id

-- set_dismissed --
UPDATE alert SET state = :state, dismissed_reason = :reason, dismissed_words = :words WHERE id = :id

-- set_incident --
UPDATE alert SET state = :state, incident = :incident WHERE id = :id

-- known_signs --
SELECT id, alert FROM alert_sign WHERE id IN (SELECT value FROM json_each(:ids))

-- keep_sign --
INSERT INTO alert_sign (id, alert, at_ms, contact) VALUES (:id, :alert, :at_ms, :contact)

-- contacts --
SELECT contact FROM alert_sign WHERE alert = :alert AND contact <> '' ORDER BY at_ms, id

-- next_number --
INSERT INTO alert_number (series, last) VALUES (:series, 1)
ON CONFLICT (series) DO UPDATE SET last = alert_number.last + 1
RETURNING last

-- raised_since --
SELECT raised_ms FROM alert WHERE raised_ms > :since

-- forget_people --
-- What citizens wrote about themselves goes; the alert and its facts stay.
UPDATE alert_sign SET contact = '' WHERE at_ms < :before AND contact <> ''

-- forget_details --
UPDATE alert SET details = '' WHERE last_ms < :before AND details <> '' AND state IN ('declared', 'dismissed')
