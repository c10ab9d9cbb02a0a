import { pino, type Logger } from 'pino';

/** Lines of JSON for machines; where a person looks on, in a terminal, short lines of words. */
export function createLog(level: string): Logger {
  return process.stdout.isTTY
    ? pino({ level }, { write: (line) => void process.stdout.write(inWords(line)) })
    : pino({ level });
}

const colours: Record<number, string> = { 40: '\x1b[33m', 50: '\x1b[31m', 60: '\x1b[31m' };

function inWords(line: string): string {
  const {
    level,
    time,
    msg,
    err,
    pid: _pid,
    hostname: _hostname,
    ...details
  } = JSON.parse(line) as {
    level: number;
    time: number;
    msg?: string;
    err?: { message: string; stack?: string };
    pid: number;
    hostname: string;
  };
  const clock = new Date(time).toTimeString().slice(0, 8);
  const rest = Object.entries(details).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const words = [msg, ...rest].filter(Boolean).join(' ');
  return `  \x1b[2m${clock}\x1b[0m ${colours[level] ?? ''}${words}\x1b[0m\n${err ? `${err.stack ?? err.message}\n` : ''}`;
}
