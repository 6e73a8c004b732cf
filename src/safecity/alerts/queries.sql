-- insert --
INSERT INTO alert (id, reference, kind, title, priority, state, source, camera, cameras_json, lat, lon, place_name,
                   bureau, count, raised_by, raised_ms, last_ms, due_ms, sighting, details)
VALUES (:id, :reference, :kind, :title, :priority, :state, :source, :camera, :cameras_json, :lat, :lon, :place_name,
        :bureau, :count, :raised_by, :raised_ms, :last_ms, :due_ms, :sighting, :details)

-- one --
SELECT * FROM alert WHERE id = :id

-- by_reference --
-- References count anew each day of the year, so the newest is meant.
SELECT * FROM alert WHERE reference = :reference ORDER BY raised_ms DESC LIMIT 1

-- several --
SELECT * FROM alert WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY raised_ms, reference

-- raised_between --
-- The newest of those that were raised in a span, by any of these cameras.
SELECT * FROM alert WHERE raised_ms >= :from_ms AND raised_ms < :to_ms
   AND EXISTS (SELECT 1 FROM json_each(:cameras) AS wanted
                WHERE wanted.value = alert.camera OR instr(alert.cameras_json, wanted.value) > 0)
 ORDER BY raised_ms DESC, reference LIMIT :limit

-- listed --
-- The most urgent first, then the oldest; `bureau` NULL means the whole city.
SELECT * FROM alert
 WHERE state IN (SELECT value FROM json_each(:states)) AND (:bureau IS NULL OR bureau = :bureau)
 ORDER BY priority, raised_ms, reference LIMIT :limit

-- near --
-- Open alerts in small squares around signs, and those of the same cameras; the rule then measures. The signs are
-- unpacked once and come first (CROSS JOIN), so that each looks into the index once.
WITH sign AS MATERIALIZED (
  SELECT value ->> 0 AS kind, value ->> 1 AS south, value ->> 2 AS north, value ->> 3 AS west, value ->> 4 AS east,
         value ->> 5 AS since, value ->> 6 AS camera FROM json_each(:boxes))
SELECT * FROM alert WHERE id IN (
  SELECT alert.id FROM sign CROSS JOIN alert
   WHERE alert.state IN ('raised', 'acknowledged') AND alert.kind = sign.kind
     AND alert.lat BETWEEN sign.south AND sign.north AND alert.lon BETWEEN sign.west AND sign.east
     AND alert.last_ms >= sign.since
   UNION
  SELECT alert.id FROM sign CROSS JOIN alert
   WHERE alert.state IN ('raised', 'acknowledged') AND alert.camera = sign.camera AND alert.kind = sign.kind
     AND alert.last_ms >= sign.since)

-- count_sign --
-- The usual case: another sign and nothing else. No index holds these columns.
UPDATE alert SET count = :count, last_ms = :last_ms, details = :details WHERE id = :id

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

-- last_number --
SELECT last FROM alert_number WHERE series = :series

-- keep_number --
INSERT INTO alert_number (series, last) VALUES (:series, :last)
ON CONFLICT (series) DO UPDATE SET last = excluded.last

-- raised_since --
SELECT raised_ms FROM alert WHERE raised_ms > :since

-- forget_people --
-- What citizens wrote about themselves goes; the alert and its facts stay.
UPDATE alert_sign SET contact = '' WHERE at_ms < :before AND contact <> ''

-- forget_details --
UPDATE alert SET details = '' WHERE last_ms < :before AND details <> '' AND state IN ('declared', 'dismissed')
