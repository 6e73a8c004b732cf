-- With what each eye looks for people, as it said when it last opened.
CREATE TABLE eye_finders (
  eye   TEXT PRIMARY KEY,
  words TEXT NOT NULL
);
