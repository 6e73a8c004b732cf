-- add_person --
INSERT INTO person (id, name, sign_in, password_hash, roles_json, bureau, added_ms)
VALUES (:id, :name, :sign_in, :password_hash, :roles_json, :bureau, :added_ms)

-- change_person --
UPDATE person SET roles_json = :roles_json, bureau = :bureau WHERE id = :id

-- remove_person --
UPDATE person SET removed_ms = :now_ms WHERE id = :id AND removed_ms IS NULL

-- set_password --
UPDATE person SET password_hash = :password_hash WHERE id = :id

-- people --
SELECT id, name, sign_in, password_hash, roles_json, bureau FROM person WHERE removed_ms IS NULL ORDER BY name, id

-- person --
SELECT id, name, sign_in, password_hash, roles_json, bureau FROM person WHERE id = :id AND removed_ms IS NULL

-- person_by_sign_in --
SELECT id, name, sign_in, password_hash, roles_json, bureau FROM person
 WHERE sign_in = :sign_in AND removed_ms IS NULL

-- sign_in_taken --
-- Also by people who left: an old sign-in name never points at someone new.
SELECT id FROM person WHERE sign_in = :sign_in

-- names --
-- Also of people who left: old facts still name them.
SELECT id, name FROM person WHERE id IN (SELECT value FROM json_each(:ids))

-- add_session --
INSERT INTO session (token_sha256, person, csrf, started_ms, seen_ms)
VALUES (:token_sha256, :person, :csrf, :now_ms, :now_ms)

-- session --
SELECT s.csrf, s.started_ms, s.seen_ms, p.id, p.name, p.sign_in, p.roles_json, p.bureau
  FROM session AS s JOIN person AS p ON p.id = s.person
 WHERE s.token_sha256 = :token_sha256 AND s.ended_ms IS NULL AND p.removed_ms IS NULL

-- touch_session --
UPDATE session SET seen_ms = :now_ms WHERE token_sha256 = :token_sha256 AND seen_ms < :now_ms

-- end_session --
UPDATE session SET ended_ms = :now_ms WHERE token_sha256 = :token_sha256 AND ended_ms IS NULL

-- end_sessions_of --
UPDATE session SET ended_ms = :now_ms WHERE person = :person AND ended_ms IS NULL

-- drop_old_sessions --
DELETE FROM session WHERE started_ms < :before_ms

-- add_link --
INSERT INTO sign_in_link (token_sha256, person, expires_ms) VALUES (:token_sha256, :person, :expires_ms)

-- use_link --
-- Touches one row once only, so that a link works for one browser.
UPDATE sign_in_link SET used_ms = :now_ms
 WHERE token_sha256 = :token_sha256 AND used_ms IS NULL AND expires_ms > :now_ms

-- link_person --
SELECT p.id, p.name, p.sign_in, p.password_hash, p.roles_json, p.bureau
  FROM sign_in_link AS l JOIN person AS p ON p.id = l.person
 WHERE l.token_sha256 = :token_sha256 AND p.removed_ms IS NULL

-- failure --
SELECT failures, last_ms, locked_ms FROM sign_in_failure WHERE name_sha256 = :name_sha256

-- put_failure --
INSERT INTO sign_in_failure (name_sha256, failures, last_ms, locked_ms)
VALUES (:name_sha256, :failures, :last_ms, :locked_ms)
ON CONFLICT (name_sha256) DO UPDATE
   SET failures = excluded.failures, last_ms = excluded.last_ms, locked_ms = excluded.locked_ms

-- clear_failure --
DELETE FROM sign_in_failure WHERE name_sha256 = :name_sha256

-- drop_old_failures --
DELETE FROM sign_in_failure WHERE last_ms < :before_ms

-- add_device --
INSERT INTO device (token_sha256, name, roles_json, bureau, issued_ms)
VALUES (:token_sha256, :name, :roles_json, :bureau, :issued_ms)

-- revoke_device --
UPDATE device SET revoked_ms = :now_ms WHERE name = :name AND revoked_ms IS NULL

-- device --
SELECT name, roles_json, bureau FROM device WHERE token_sha256 = :token_sha256 AND revoked_ms IS NULL

-- put_bureau --
INSERT INTO bureau (code, name, polygon_json, changed_ms) VALUES (:code, :name, :polygon_json, :changed_ms)
ON CONFLICT (code) DO UPDATE
   SET name = excluded.name, polygon_json = excluded.polygon_json, changed_ms = excluded.changed_ms

-- bureaus_stamp --
-- Another process may have added one.
SELECT count(*) AS many, coalesce(max(changed_ms), 0) AS changed_ms FROM bureau

-- bureaus --
SELECT code, name, polygon_json FROM bureau ORDER BY code

-- add_permit --
INSERT INTO permit (id, kind, subject, reason_code, reason, state, asked_by, asked_ms, for_s)
VALUES (:id, :kind, :subject, :reason_code, :reason, :state, :asked_by, :asked_ms, :for_s)

-- decide_permit --
UPDATE permit SET state = :state, decided_by = :decided_by, expires_ms = :expires_ms
 WHERE id = :id AND state = 'asked'

-- revoke_permit --
UPDATE permit SET state = 'revoked', expires_ms = :now_ms
 WHERE id = :id AND ((state = 'granted' AND expires_ms > :now_ms) OR (state = 'asked' AND asked_by = :by))

-- permit --
SELECT id, kind, subject, reason_code, reason, state, asked_by, asked_ms, decided_by, expires_ms, for_s
  FROM permit WHERE id = :id

-- permits_about --
SELECT id, kind, subject, reason_code, reason, state, asked_by, asked_ms, decided_by, expires_ms, for_s
  FROM permit WHERE subject = :subject ORDER BY asked_ms, id

-- permits_open --
SELECT id, kind, subject, reason_code, reason, state, asked_by, asked_ms, decided_by, expires_ms, for_s
  FROM permit WHERE state = 'asked' ORDER BY asked_ms, id

-- permits_running --
SELECT id, kind, subject, reason_code, reason, state, asked_by, asked_ms, decided_by, expires_ms, for_s
  FROM permit WHERE state = 'granted' AND expires_ms > :now_ms ORDER BY asked_ms, id
