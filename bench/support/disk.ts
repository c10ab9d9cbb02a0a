import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Bytes of one write: what a commit of a few messages is. */
const PAGE = Buffer.alloc(8192, 1);
/** A file of this many is written over and over, as a database's log is: none of it has to be found on the disk first. */
const PAGES = 128;

/** How long the disk takes to keep one small commit, in milliseconds each: a write and fdatasync where the benchmarks' databases lie. */
export function timeSyncs(times: number): number[] {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-bench-disk-'));
  const file = openSync(path.join(folder, 'log'), 'w');
  try {
    for (let at = 0; at < PAGES; at++) writeSync(file, PAGE);
    fdatasyncSync(file);
    return Array.from({ length: times }, (_, at) => {
      const began = performance.now();
      writeSync(file, PAGE, 0, PAGE.length, (at % PAGES) * PAGE.length);
      fdatasyncSync(file);
      return performance.now() - began;
    });
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}
