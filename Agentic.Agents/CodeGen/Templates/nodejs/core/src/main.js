// Runs the service until SIGTERM or SIGINT, then finishes what is under way and stops.
import { createApplication } from './application.js';
import { createLog } from './logs.js';
import { readSettings } from './settings.js';
import { startTelemetry } from './telemetry.js';

const DRAIN_MS = 25_000;

const settings = readSettings(process.env);
const log = createLog(settings.logLevel);
const stopTelemetry = await startTelemetry(settings, log);
const application = createApplication({ settings, log });

let stopping = false;
async function stop(signal) {
  if (stopping) return;
  stopping = true;
  log.info({ signal }, 'stopping');
  // Whatever does not end in time would be killed anyway; the exit code tells that it was not clean.
  setTimeout(() => process.exit(1), DRAIN_MS).unref();
  await application.stop();
  await stopTelemetry();
  log.info('service stopped');
  process.exit(0);
}

process.on('SIGTERM', () => stop('SIGTERM'));
process.on('SIGINT', () => stop('SIGINT'));

try {
  await application.start();
} catch (problem) {
  log.fatal({ err: problem }, 'the service cannot start');
  process.exit(1);
}
