-- cameras --
-- Those of the city, by name.
SELECT * FROM camera WHERE removed_ms IS NULL ORDER BY name, id

-- camera --
-- Removed ones too: the caller looks at `removed_ms`.
SELECT * FROM camera WHERE id = :id

-- camera_by_name --
SELECT * FROM camera WHERE name = :name AND removed_ms IS NULL

-- insert_camera --
INSERT INTO camera (id, name, url, sub_url, bureau, lat, lon, bearing_deg, view_deg, range_m, controller, regime,
                    privacy_areas_json, zones_json, masks_json, record, enabled, keep_days, added_ms,
                    hide_in_recording, audio, transport, retention, keep_bytes)
VALUES (:id, :name, :url, :sub_url, :bureau, :lat, :lon, :bearing_deg, :view_deg, :range_m, :controller, :regime,
        :privacy_areas_json, :zones_json, :masks_json, :record, :enabled, :keep_days, :now_ms,
        :hide_in_recording, :audio, :transport, :retention, :keep_bytes)

-- update_camera --
UPDATE camera
   SET name = :name, url = :url, sub_url = :sub_url, bureau = :bureau, lat = :lat, lon = :lon,
       bearing_deg = :bearing_deg, view_deg = :view_deg, range_m = :range_m, controller = :controller,
       regime = :regime, privacy_areas_json = :privacy_areas_json, zones_json = :zones_json,
       masks_json = :masks_json, record = :record, enabled = :enabled, keep_days = :keep_days,
       hide_in_recording = :hide_in_recording, audio = :audio, transport = :transport, retention = :retention,
       keep_bytes = :keep_bytes
 WHERE id = :id

-- remove_camera --
-- The address goes, and the password in it.
UPDATE camera SET removed_ms = :now_ms, url = '', sub_url = NULL, enabled = 0 WHERE id = :id

-- health --
SELECT camera_health.camera, camera_health.state, camera_health.reason, camera_health.since_ms
  FROM camera_health JOIN camera ON camera.id = camera_health.camera
 WHERE camera.removed_ms IS NULL

-- health_of --
SELECT camera, state, reason, since_ms FROM camera_health WHERE camera = :camera

-- put_health --
INSERT INTO camera_health (camera, state, reason, since_ms) VALUES (:camera, :state, :reason, :since_ms)
ON CONFLICT (camera) DO UPDATE SET state = excluded.state, reason = excluded.reason, since_ms = excluded.since_ms
