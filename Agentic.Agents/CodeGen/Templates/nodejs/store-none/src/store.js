// The store of this service: its own memory. Records are gone when it stops.
import { MemoryRepository } from './memory-repository.js';

export function openRepository() {
  return new MemoryRepository();
}
