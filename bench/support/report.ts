import { execSync } from 'node:child_process';
import os from 'node:os';

export type Cell = string | number;

/** Prints a table, then, as the last line, one JSON object with the result. */
export function report(name: string, columns: string[], rows: Cell[][], result: Record<string, unknown>): void {
  const texts = [columns, ...rows.map((row) => row.map(String))];
  const widths = columns.map((_column, at) => Math.max(...texts.map((row) => row[at]?.length ?? 0)));
  const line = (row: string[]) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  const [head = [], ...body] = texts;
  const machine = `${os.cpus().length} cores, ${os.cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}, ${commit()}`;
  process.stdout.write(
    `\n${name}: ${machine}\n\n${line(head)}\n${widths.map((width) => '-'.repeat(width)).join('  ')}\n`,
  );
  for (const row of body) process.stdout.write(`${line(row)}\n`);
  process.stdout.write(`\n${JSON.stringify({ bench: name, ...result })}\n`);
}

function commit(): string {
  try {
    return execSync('git rev-parse --short HEAD', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'no commit';
  }
}

export const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? NaN;
export const median = (values: readonly number[]): number => quantile(values, 0.5);
export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
