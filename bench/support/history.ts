import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { Random } from '#tests/support/random.ts';

/** A line of the neutral format of imports. */
export interface Line {
  channel: string;
  id: string;
  author: string;
  at: number;
  body: string;
}

const REAL = path.resolve(import.meta.dirname, '../../../shared/data/chat/irc-ubuntu-annotated.jsonl.gz');
/** What imports take for comings and goings, or cut in two. */
const NOT_ONE_MESSAGE =
  /has joined|has left|has quit|is now known as|sets? mode|^mode\/|was kicked|the topic|channel topic|channel purpose|archived the channel|renamed the channel|pinned a message/i;

/** Where the texts come from, for the report. */
export const source = existsSync(REAL) ? 'real messages of a public IRC channel' : 'generated messages';

/** What people said, in order, as often over as is needed: exactly `count` messages of one channel. */
export async function history(count: number, channel: string, start = 0): Promise<Line[]> {
  const said = existsSync(REAL) ? await real() : generated();
  return Array.from({ length: count }, (_, index) => {
    const { author, body } = said[(start + index) % said.length] ?? { author: 'nobody', body: 'nothing' };
    // Two messages a minute, ending a day before now.
    const at = Date.now() - 86_400_000 - (count - index) * 30_000;
    return { channel, id: `${channel}:${start + index}`, author, at, body };
  });
}

interface Said {
  author: string;
  body: string;
}

let kept: Said[] | null = null;

async function real(): Promise<Said[]> {
  if (kept) return kept;
  const said: Said[] = [];
  for await (const line of createInterface({ input: createReadStream(REAL).pipe(createGunzip()) })) {
    const { author, body, kind } = JSON.parse(line) as Said & { kind?: string };
    const whole = body.trim() !== '' && body.length < 4000 && !NOT_ONE_MESSAGE.test(body);
    if (whole && kind !== 'system') said.push({ author, body });
  }
  return (kept = said);
}

const SYLLABLES = 'ba de ki lo mu na pe ri so tu va we xi yo za cha ter ing pre con'.split(' ');

/** Words by frequency as in any language: few are most of what is said. */
function generated(): Said[] {
  if (kept) return kept;
  const random = new Random(7);
  const words = Array.from({ length: 8_000 }, () =>
    Array.from({ length: 1 + random.below(4) }, () => SYLLABLES[random.below(SYLLABLES.length)] ?? '').join(''),
  );
  const word = () => words[Math.floor(words.length ** random.next()) - 1] ?? '';
  return (kept = Array.from({ length: 50_000 }, () => ({
    author: `person${Math.floor(1_500 * random.next() ** 3)}`,
    body: Array.from({ length: 2 + random.below(22) }, word).join(' '),
  })));
}
