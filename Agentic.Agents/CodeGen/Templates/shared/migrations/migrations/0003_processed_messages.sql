-- A queue delivers at least once; what is listed here is not handled again.
CREATE TABLE processed_messages (
  id           text PRIMARY KEY,
  processed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX processed_messages_by_time ON processed_messages (processed_at);
