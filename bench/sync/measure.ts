import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Measured {
  /** Milliseconds of processor time of the server process since it started. */
  cpu: number;
  /** The same of the database's backends it uses. */
  databaseCpu: number;
  rss: number;
  heap: number;
}

const TICK = 10;

function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/** Tells the bench where the server listens, and its costs when asked. */
export function answerMeasurements(server: Server, backends: () => number[] = () => []): void {
  process.send?.({ port: (server.address() as AddressInfo).port });
  process.on('message', (message) => {
    if (message === 'gc') {
      global.gc?.();
      global.gc?.();
    }
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, external } = process.memoryUsage();
    const measured: Measured = {
      cpu: (user + system) / 1000,
      databaseCpu: backends().reduce((sum, pid) => sum + cpuOf(pid), 0),
      rss,
      heap: heapUsed + external,
    };
    process.send?.(measured);
  });
  process.on('disconnect', () => process.exit(0));
}
