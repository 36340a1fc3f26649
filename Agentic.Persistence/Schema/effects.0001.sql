CREATE TABLE effects (
    workflow_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    input_digest TEXT NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (workflow_id, task_id, input_digest)
);
