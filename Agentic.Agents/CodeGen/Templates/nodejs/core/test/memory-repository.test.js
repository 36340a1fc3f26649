import { MemoryRepository } from '../src/memory-repository.js';
import { repositoryContract } from './repository-contract.js';

repositoryContract('The repository in memory', async () => new MemoryRepository());
