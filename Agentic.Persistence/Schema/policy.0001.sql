CREATE TABLE validations (
    violation_id TEXT PRIMARY KEY,
    timestamp TEXT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX validations_by_time ON validations (timestamp);
CREATE TABLE exceptions (
    exception_id TEXT PRIMARY KEY,
    timestamp TEXT NOT NULL,
    record TEXT NOT NULL
);
