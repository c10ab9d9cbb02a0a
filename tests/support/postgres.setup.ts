import type { TestProject } from 'vitest/node';
import { startTestServer, type ServerAddress } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The embedded PostgreSQL of this run. */
    postgres: ServerAddress;
  }
}

/** One embedded PostgreSQL for the whole run, migrated once; every test file gets databases of its own from it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer('embedded');
  project.provide('postgres', server.address);
  return () => server.stop();
}
