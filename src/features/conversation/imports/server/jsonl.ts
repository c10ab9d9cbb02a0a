import * as z from 'zod';
import type { ImportItem, SourceMessage, SourceReaction } from './items.ts';
import { readLines } from './lines.ts';
import type { ImportNotes } from './notes.ts';
import { oneLine } from './tidy.ts';

const key = z.union([z.string().min(1).max(500), z.number().transform(String)]);
const count = z.number().int().min(0).max(1_000_000);

/** One line of the neutral format. Further fields are left alone, so that a source may say more than we take. */
const JsonMessage = z.object({
  channel: z.string().max(500).optional(),
  id: key,
  author: z.union([z.string().max(500), z.number().transform(String)]),
  authorName: z.string().max(1000).nullish(),
  /** ISO 8601, or milliseconds. */
  at: z.union([z.string(), z.number()]),
  body: z.string(),
  replyTo: key.nullish(),
  kind: z.string().nullish(),
  thread: z.string().nullish(),
  edited: z.union([z.boolean(), z.string(), z.number()]).nullish(),
  attachments: z.array(z.string()).nullish(),
  reactions: z
    .array(z.object({ emoji: z.string(), count: count.optional(), users: z.array(z.string().max(500)).optional() }))
    .nullish(),
});
type JsonMessage = z.infer<typeof JsonMessage>;

/** A ULID's 48 bits. */
const LATEST = 2 ** 48 - 1;
const NOTICE =
  /has joined|has left|has quit|is now known as|(?:sets? mode|^mode\/)|was kicked|the topic|channel topic|channel purpose|archived the channel|renamed the channel|pinned a message/i;

export interface JsonlOptions {
  /** Everything goes into this one channel. */
  channel?: string | undefined;
  /** The channel of lines that name none. */
  unnamed: string;
  notes: ImportNotes;
}

/**
 * Reads the neutral format: JSON, one message a line (docs/IMPORTING.md). A line that cannot be read is
 * noted with its number, and reading goes on.
 */
export async function* readJsonl(
  source: AsyncIterable<Uint8Array>,
  { channel, unnamed, notes }: JsonlOptions,
): AsyncGenerator<ImportItem> {
  const threads = new Set<string>();
  const lines = readLines(source);
  for (;;) {
    const next = await lines.next().catch((error: unknown) => {
      notes.add('broken', error instanceof Error ? error.message : String(error));
      return { done: true as const, value: undefined };
    });
    if (next.done) return;
    const { number, text } = next.value;
    const where = `line ${number}`;
    if (text === null) notes.add('long_line', where);
    else if (text.trim() !== '') {
      const message = parseLine(text, where, notes);
      const item =
        message && toItem(message, { where, channelOf: (named) => channel ?? (named || unnamed), notes, threads });
      if (item) yield item;
    }
  }
}

function parseLine(text: string, where: string, notes: ImportNotes): JsonMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    notes.add('malformed', `${where}: is not JSON`);
    return null;
  }
  const parsed = JsonMessage.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  notes.add(
    'malformed',
    `${where}: ${issue?.path.join('.') || 'the line'} ${issue?.message ?? 'has another shape than expected'}`,
  );
  return null;
}

interface Context {
  where: string;
  channelOf(named: string | undefined): string;
  notes: ImportNotes;
  threads: Set<string>;
}

function toItem(message: JsonMessage, { where, channelOf, notes, threads }: Context): SourceMessage | null {
  const at = millisecondsOf(message.at);
  if (at === null) {
    notes.add('malformed', `${where}: at is no time`);
    return null;
  }
  if (message.kind === 'system' && NOTICE.test(message.body)) {
    notes.add('notice');
    return null;
  }
  const files = message.attachments ?? [];
  if (files.length > 0) notes.add('files', undefined, files.length);
  const body = [styled(message), ...files.map((file) => `[file: ${oneLine(file, 200, 'without a name')}]`)]
    .filter((line) => line.trim() !== '')
    .join('\n');
  return {
    kind: 'message',
    channel: channelOf(message.channel),
    // Ids are unique in a file: with several of its channels in one, they stay so.
    key: message.id,
    by: { key: message.author, name: message.authorName ?? message.author },
    at,
    body: body === '' ? '' : titleOf(message, threads) + body,
    reply: message.replyTo ?? undefined,
    editedAt: message.edited ? (millisecondsOf(message.edited) ?? at) : undefined,
    reactions: message.reactions?.map(toReaction),
    where,
  };
}

/** What somebody does, and what the place itself says, stand in italics. */
function styled({ kind, body }: JsonMessage): string {
  const said = body.trim();
  return (kind === 'action' || kind === 'system') && said !== '' && !said.includes('\n') ? `_${said}_` : body;
}

/** The first message taken from a thread carries its title, for want of threads to put it in. */
function titleOf({ channel, thread }: JsonMessage, threads: Set<string>): string {
  const name = `${channel}\n${thread}`;
  if (!thread || thread === channel || threads.has(name)) return '';
  threads.add(name);
  return `**${oneLine(thread, 200, '')}**\n\n`;
}

function toReaction({
  emoji,
  count: total,
  users = [],
}: {
  emoji: string;
  count?: number | undefined;
  users?: string[] | undefined;
}): SourceReaction {
  return {
    emoji,
    people: users.map((user) => ({ key: user, name: user })),
    unnamed: Math.max(0, (total ?? users.length) - users.length),
  };
}

function millisecondsOf(at: string | number | boolean): number | null {
  if (typeof at === 'boolean') return null;
  const time = Math.floor(typeof at === 'number' ? at : Date.parse(at));
  return time >= 0 && time <= LATEST ? time : null;
}
