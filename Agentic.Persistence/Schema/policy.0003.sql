CREATE TABLE reports (
    quarter TEXT PRIMARY KEY,
    timestamp TEXT NOT NULL,
    record TEXT NOT NULL
);
