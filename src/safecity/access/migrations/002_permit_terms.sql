-- How long a permit is to hold once it is granted, as whoever asked chose it.
ALTER TABLE permit ADD COLUMN for_s INTEGER NOT NULL DEFAULT 3600;
CREATE INDEX permit_state ON permit (state, expires_ms);
