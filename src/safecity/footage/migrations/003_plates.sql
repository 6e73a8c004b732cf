-- Since when a camera's empty scene is to be learned anew, because an administrator said so.
CREATE TABLE plate_retaken (
  camera  TEXT PRIMARY KEY,
  from_ms BIGINT NOT NULL
);
