const EVERY_TTY = 200;
const EVERY_LINE = 5_000;

export interface Progress {
  /** @param fraction of the source that was read, 0 to 1; undefined when nobody knows */
  show(messages: number, fraction: number | undefined): void;
  /** A line for itself, once until another is said. */
  say(words: string): void;
  end(): void;
}

/** One line that changes in a terminal; a plain line now and then elsewhere, as logs want it. */
export function createProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  const startedAt = performance.now();
  let shownAt = startedAt;
  let said = '';
  const clear = () => out.isTTY && out.write('\r\u001B[K');
  return {
    show(messages, fraction) {
      const now = performance.now();
      if (now - shownAt < (out.isTTY ? EVERY_TTY : EVERY_LINE)) return;
      shownAt = now;
      said = '';
      const line = describeProgress(messages, fraction, now - startedAt);
      out.write(out.isTTY ? `\r\u001B[K${line}` : `${line}\n`);
    },
    say(words) {
      if (words === said) return;
      said = words;
      clear();
      out.write(`${words}\n`);
    },
    end: () => void clear(),
  };
}

/** For example "12,500 messages, 9,800 a second, 10 %, 12 s left". @param elapsed milliseconds */
function describeProgress(messages: number, fraction: number | undefined, elapsed: number): string {
  const rate = elapsed > 0 ? Math.round((messages * 1000) / elapsed) : 0;
  const parts = [`${format(messages)} messages`, `${format(rate)} a second`];
  if (fraction !== undefined && fraction > 0) {
    parts.push(`${Math.floor(fraction * 100)} %`, `${duration((elapsed / fraction) * (1 - fraction))} left`);
  }
  return parts.join(', ');
}

export const format = (count: number): string => count.toLocaleString('en');

/** @param milliseconds never shown more exactly than it is known */
export function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
