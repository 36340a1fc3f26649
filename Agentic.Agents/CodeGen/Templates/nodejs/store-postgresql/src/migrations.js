// Brings the database's structure up to date: every file of migrations/ once, in order, in one transaction.
import { readFile, readdir } from 'node:fs/promises';

const FOLDER = new URL('../migrations/', import.meta.url);
// Instances that start together take this lock in turn; the number only has to be the same in all of them.
const LOCK = 7283004511;

/** Returns how many migrations were applied. */
export async function migrate(pool) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    await client.query(
      'CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await client.query('SELECT name FROM schema_migrations');
    const done = new Set(rows.map((row) => row.name));
    const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.sql') && !done.has(file)).sort();
    for (const file of files) {
      await client.query(await readFile(new URL(file, FOLDER), 'utf8'));
      await client.query('INSERT INTO schema_migrations (name) VALUES ($1)', [file]);
    }
    await client.query('COMMIT');
    return files.length;
  } catch (problem) {
    await client.query('ROLLBACK');
    throw problem;
  } finally {
    client.release();
  }
}
