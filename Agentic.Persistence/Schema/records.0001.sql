CREATE TABLE workflows (
    workflow_id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    status TEXT NOT NULL,
    service_name TEXT,
    requested_by TEXT NOT NULL,
    search TEXT NOT NULL,
    is_ended INTEGER NOT NULL,
    revision BIGINT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX workflows_newest ON workflows (created_at, workflow_id);
CREATE INDEX workflows_status ON workflows (status, created_at, workflow_id);
CREATE INDEX workflows_service ON workflows (service_name, created_at, workflow_id);
CREATE INDEX workflows_requested_by ON workflows (requested_by, created_at, workflow_id);
CREATE INDEX workflows_unfinished ON workflows (workflow_id) WHERE is_ended = 0;
CREATE TABLE dead_letters (
    id TEXT PRIMARY KEY,
    workflow_id TEXT NOT NULL,
    failed_at BIGINT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX dead_letters_newest ON dead_letters (failed_at, id);
CREATE INDEX dead_letters_workflow ON dead_letters (workflow_id);
CREATE TABLE projections (
    name TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);
INSERT INTO projections (name, position) VALUES ('workflows', 0);
