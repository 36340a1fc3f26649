CREATE TABLE audit_records (
    id {identity},
    chain TEXT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    caller TEXT NOT NULL,
    operation TEXT NOT NULL,
    subject TEXT,
    record TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (chain, number)
);
CREATE INDEX audit_records_caller ON audit_records (caller, id);
CREATE INDEX audit_records_operation ON audit_records (operation, id);
CREATE INDEX audit_records_subject ON audit_records (subject, id);
CREATE TABLE audit_chains (
    chain TEXT PRIMARY KEY,
    records BIGINT NOT NULL,
    hash TEXT NOT NULL
);
