import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds a kernel tick stands for. */
const TICK = 10;

/** Processor time of a process and all it started, in milliseconds since each began: Linux only, 0 elsewhere. */
export function cpuOf(pid: number): { own: number; children: number } {
  if (process.platform !== 'linux') return { own: 0, children: 0 };
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map<number, number[]>();
  for (const name of processes) {
    const parent = Number(fieldsOf(name)?.[1] ?? 0);
    parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
  }
  const below = (of: number): number =>
    (parents.get(of) ?? []).reduce((sum, child) => sum + timeOf(child) + endedBelow(child) + below(child), 0);
  return { own: timeOf(pid), children: below(pid) };
}

const timeOf = (pid: number): number => {
  const fields = fieldsOf(String(pid));
  return fields ? (Number(fields[11]) + Number(fields[12])) * TICK : 0;
};

/** Of children that ended: a database's connections come and go. */
const endedBelow = (pid: number): number => {
  const fields = fieldsOf(String(pid));
  return fields ? (Number(fields[13]) + Number(fields[14])) * TICK : 0;
};

/** What stands after the name of a process; undefined when it ended meanwhile. */
function fieldsOf(pid: string): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return undefined;
    throw error;
  }
}
