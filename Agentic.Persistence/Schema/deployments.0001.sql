CREATE TABLE deployments (
    deployment_id TEXT NOT NULL,
    timestamp BIGINT NOT NULL,
    service_name TEXT NOT NULL,
    environment TEXT NOT NULL,
    status TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (deployment_id, timestamp)
);
CREATE INDEX deployments_newest ON deployments (timestamp, deployment_id);
CREATE INDEX deployments_service ON deployments (service_name, environment, timestamp, deployment_id);
CREATE INDEX deployments_expiry ON deployments (expires_at);
CREATE TABLE announcements (
    sequence BIGINT PRIMARY KEY,
    deployment_id TEXT,
    expires_at BIGINT NOT NULL,
    event TEXT NOT NULL
);
CREATE INDEX announcements_deployment ON announcements (deployment_id, sequence);
CREATE TABLE position (
    name TEXT PRIMARY KEY,
    sequence BIGINT NOT NULL
);
INSERT INTO position (name, sequence) VALUES ('deployments', 0);
