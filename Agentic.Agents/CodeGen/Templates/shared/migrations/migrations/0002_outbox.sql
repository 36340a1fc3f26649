-- Events wait here, written in the transaction of the change they tell of, until the broker has confirmed them.
CREATE TABLE outbox (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id       uuid NOT NULL UNIQUE,
  body     jsonb NOT NULL
);
