CREATE TABLE notices (
    number BIGINT PRIMARY KEY,
    violation_id TEXT NOT NULL
);
INSERT INTO notices (number, violation_id)
    SELECT ROW_NUMBER() OVER (ORDER BY timestamp, violation_id), violation_id FROM validations;
