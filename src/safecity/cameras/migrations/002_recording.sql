-- How a camera is recorded: over which transport, with its sound or not, for how long, and what never reaches the disk.
ALTER TABLE camera ADD COLUMN hide_in_recording INTEGER NOT NULL DEFAULT 0;
ALTER TABLE camera ADD COLUMN audio INTEGER NOT NULL DEFAULT 0;
ALTER TABLE camera ADD COLUMN transport TEXT NOT NULL DEFAULT 'auto';
ALTER TABLE camera ADD COLUMN retention TEXT NOT NULL DEFAULT 'standard';
ALTER TABLE camera ADD COLUMN keep_bytes INTEGER;
