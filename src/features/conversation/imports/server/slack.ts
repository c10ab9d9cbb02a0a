import type * as z from 'zod';
import { UnusableExport, type ExportFiles } from './export-files.ts';
import type { ImportItem } from './items.ts';
import type { ImportNotes } from './notes.ts';
import { toSourceMessage } from './slack-message.ts';
import { SlackChannel, SlackMessage, SlackUser } from './slack-shapes.ts';
import { slackToMarkdown, type SlackNames } from './slack-text.ts';

export interface SlackSource {
  /** The workspace's id, by which a second export of it is recognised; null in exports that name none. */
  team: string | null;
  /** Files of days. */
  total: number;
  /** Files of days read so far. */
  readonly done: number;
  items(): AsyncGenerator<ImportItem>;
}

/**
 * Reads an export of Slack, old or new: `users.json`, `channels.json`, `<channel>/<day>.json`. Private channels
 * (`groups.json`) stay private. A file or an item that cannot be read is noted, and reading goes on.
 */
export async function openSlack(files: ExportFiles, notes: ImportNotes): Promise<SlackSource> {
  if (!files.names.includes('channels.json')) {
    throw new UnusableExport('This is no export of Slack: there is no channels.json in it.');
  }
  const users = await readList(files, 'users.json', SlackUser, notes);
  const open = await readList(files, 'channels.json', SlackChannel, notes);
  const closed = await readList(files, 'groups.json', SlackChannel, notes);
  const direct = [...(await readNames(files, 'dms.json')), ...(await readNames(files, 'mpims.json'))];
  if (direct.length > 0) notes.add('direct', undefined, direct.length);

  const names: SlackNames = {
    people: new Map(users.map((user) => [user.id, nameOf(user)])),
    channels: new Map([...open, ...closed].map(({ id, name }) => [id, name])),
  };
  const days = daysByFolder(files.names);
  const described = new Set([...open, ...closed].flatMap(({ id, name }) => [id, name]));
  const undescribed = [...days.keys()].filter((folder) => !described.has(folder) && !direct.includes(folder));
  const channels = [
    ...open.map((channel) => ({ channel, private: false })),
    ...closed.map((channel) => ({ channel, private: true })),
    // Nothing says who might read them, so nobody but who opens every channel does.
    ...undescribed.map((folder) => ({ channel: plainChannel(folder), private: true })),
  ].map(({ channel, ...rest }) => ({ channel, ...rest, days: days.get(channel.name) ?? days.get(channel.id) ?? [] }));
  let done = 0;

  return {
    team: users.find((user) => user.team_id)?.team_id ?? null,
    total: channels.reduce((sum, { days: own }) => sum + own.length, 0),
    get done() {
      return done;
    },
    async *items() {
      for (const { channel, private: isPrivate, days: own } of channels) {
        const topic = slackToMarkdown(channel.topic?.value || channel.purpose?.value || '', names);
        yield {
          kind: 'channel',
          key: channel.id,
          name: channel.name,
          topic,
          archived: channel.is_archived ?? false,
          private: isPrivate,
        };
        for (const day of own) {
          const messages = await readList(files, day, SlackMessage, notes);
          for (const message of messages.sort((a, b) => Number(a.ts) - Number(b.ts))) {
            const item = toSourceMessage(message, {
              channel: channel.id,
              names,
              where: `${day}, ts ${message.ts}`,
              notes,
            });
            if (item) yield item;
          }
          done += 1;
        }
      }
    },
  };
}

const plainChannel = (folder: string): SlackChannel => ({ id: folder, name: folder });

function daysByFolder(names: readonly string[]): Map<string, string[]> {
  const days = new Map<string, string[]>();
  for (const name of [...names].sort()) {
    const [, folder] = /^([^/]+)\/\d{4}-\d{2}-\d{2}\.json$/.exec(name) ?? [];
    if (folder) days.set(folder, [...(days.get(folder) ?? []), name]);
  }
  return days;
}

async function readList<T>(files: ExportFiles, name: string, shape: z.ZodType<T>, notes: ImportNotes): Promise<T[]> {
  if (!files.names.includes(name)) return [];
  let list: unknown;
  try {
    list = JSON.parse(await files.text(name));
  } catch (error) {
    notes.add('malformed', error instanceof UnusableExport ? error.message : `${name}: is not JSON`);
    return [];
  }
  if (!Array.isArray(list)) {
    notes.add('malformed', `${name}: is no list`);
    return [];
  }
  return list.flatMap((value: unknown, index) => {
    const parsed = shape.safeParse(value);
    if (parsed.success) return [parsed.data];
    const issue = parsed.error.issues[0];
    notes.add(
      'malformed',
      `${name}, item ${index + 1}: ${issue?.path.join('.') || 'it'} ${issue?.message ?? ''}`.trim(),
    );
    return [];
  });
}

/** Folders of direct conversations: their id, or the name of a group of people. */
async function readNames(files: ExportFiles, name: string): Promise<string[]> {
  if (!files.names.includes(name)) return [];
  try {
    const list: unknown = JSON.parse(await files.text(name));
    return (Array.isArray(list) ? list : []).flatMap((entry: { id?: unknown; name?: unknown }) =>
      [entry.id, entry.name].filter((value) => typeof value === 'string'),
    );
  } catch {
    // Without the list their folders would look like channels: better to stop than to publish them.
    throw new UnusableExport(
      `${name} cannot be read, so direct conversations cannot be told from channels. Nothing was taken.`,
    );
  }
}

function nameOf({ id, name, real_name: real, profile }: SlackUser): string {
  return profile?.display_name || real || profile?.real_name || name || id;
}
