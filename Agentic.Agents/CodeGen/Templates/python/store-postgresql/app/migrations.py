"""Brings the database's structure up to date: every file of migrations/ once, in order, each in a transaction."""

from __future__ import annotations

import logging
from pathlib import Path

import psycopg

log = logging.getLogger(__name__)

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
# Instances that start together take this lock in turn; the number only has to be the same in all of them.
LOCK = 7_283_004_511


def migrate(database_url: str, folder: Path = FOLDER) -> int:
    """Returns how many migrations were applied."""
    applied = 0
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        done = {row[0] for row in connection.execute("SELECT name FROM schema_migrations")}
        for file in sorted(folder.glob("*.sql")):
            if file.name in done:
                continue
            connection.execute(file.read_text(encoding="utf-8"))
            connection.execute("INSERT INTO schema_migrations (name) VALUES (%s)", (file.name,))
            log.info("migration applied", extra={"fields": {"migration": file.name}})
            applied += 1
    return applied
