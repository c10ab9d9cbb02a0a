import type { SourceMessage, SourcePerson } from './items.ts';
import type { ImportNotes } from './notes.ts';
import type { SlackAttachment, SlackFile, SlackMessage } from './slack-shapes.ts';
import { slackToMarkdown, type SlackNames } from './slack-text.ts';
import { oneLine } from './tidy.ts';

/** What the place said about itself, and what is no message of a person. */
const NOTICE =
  /^(?:(?:channel|group)_(?:join|leave|topic|purpose|name|archive|unarchive|posting_permissions|convert_to_p\w+)|(?:un)?pinned_item|bot_(?:add|remove|enable|disable)|reminder_(?:add|delete)|sh_room_\w+|tombstone|joiner_notification\w*|ekm_access_denied|huddle_thread)$/;

/** Null for notices, which are counted. */
export function toSourceMessage(
  message: SlackMessage,
  { channel, names, where, notes }: { channel: string; names: SlackNames; where: string; notes: ImportNotes },
): SourceMessage | null {
  if (NOTICE.test(message.subtype ?? '')) {
    notes.add('notice');
    return null;
  }
  const files = [...(message.files ?? []), ...(message.file ? [message.file] : [])];
  if (files.length > 0) notes.add('files', undefined, files.length);
  const body = [textOf(message, files, names), ...files.map((file) => `[file: ${nameOf(file)}]`)]
    .filter((line) => line !== '')
    .join('\n');
  const { thread_ts: thread, ts } = message;
  return {
    kind: 'message',
    channel,
    key: ts,
    by: authorOf(message, names),
    at: millisecondsOf(ts),
    body,
    reply: thread && thread !== ts ? thread : undefined,
    editedAt: message.edited ? millisecondsOf(message.edited.ts) : undefined,
    reactions: message.reactions?.map(({ name, users, count }) => ({
      emoji: name,
      people: (users ?? []).map((user) => personOf(user, names)),
      unnamed: Math.max(0, (count ?? 0) - (users?.length ?? 0)),
    })),
    where,
  };
}

function textOf({ subtype, text, comment, attachments }: SlackMessage, files: SlackFile[], names: SlackNames): string {
  const markdown = (written: string | null | undefined) => slackToMarkdown(written ?? '', names).trim();
  // Old exports say "@x uploaded a file: …" around what people wrote; only that is theirs.
  if (subtype === 'file_comment') return markdown(comment?.comment);
  if (subtype === 'file_share' && /^<@[^>]+> uploaded a file:/.test(text ?? ''))
    return markdown(files[0]?.initial_comment?.comment);
  const said = markdown(text);
  if (subtype === 'me_message' && said !== '' && !said.includes('\n')) return `_${said}_`;
  // Beside a text, attachments are previews of its links. Programs often write nothing else.
  return (
    said ||
    (attachments ?? [])
      .map((attachment) => markdown(wordsOf(attachment)))
      .filter(Boolean)
      .join('\n\n')
  );
}

function wordsOf({ pretext, title, title_link: address, text, fallback }: SlackAttachment): string {
  const heading = title && address ? `<${address}|${title}>` : title;
  return [pretext, heading, text].filter(Boolean).join('\n') || (fallback ?? '');
}

function authorOf(message: SlackMessage, names: SlackNames): SourcePerson {
  const user = message.user ?? message.comment?.user;
  if (user) return names.people.has(user) ? personOf(user, names) : { key: user, name: nameInMessage(message) ?? user };
  const name = nameInMessage(message) ?? 'A program';
  return { key: `bot:${message.bot_id ?? name}`, name };
}

function nameInMessage({ user_profile: profile, bot_profile: bot, username }: SlackMessage): string | undefined {
  return profile?.display_name || profile?.real_name || bot?.name || username || undefined;
}

function personOf(id: string, { people }: SlackNames): SourcePerson {
  return { key: id, name: people.get(id) ?? id };
}

const nameOf = ({ name, title }: SlackFile) => oneLine(name || title || '', 200, 'without a name');

/** Slack's seconds with microseconds: the microseconds only tell messages apart. */
const millisecondsOf = (ts: string) => Math.floor(Number(ts) * 1000);
