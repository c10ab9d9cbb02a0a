import { daysAgo } from '#design/text/moments.ts';
import type { ViewMessage } from '#replica/api.ts';

/** Messages of one author closer than this stand under one name, in milliseconds. */
export const GROUP_WITHIN = 5 * 60_000;

/** One message with what stands around it. Lines belong to the message below them, so that a row is a message and their count the same. */
export interface MessageRow {
  message: ViewMessage;
  /** A day begins here. */
  day: boolean;
  /** What is unread begins here. */
  unread: boolean;
  /** Same author, shortly after: without name and picture. */
  grouped: boolean;
}

/** Rows as they were last laid out, by their message: a row with the same neighbour above stays the same object and is not drawn again. */
const laid = new WeakMap<ViewMessage, { before: ViewMessage | undefined; row: MessageRow }>();

function layRow(message: ViewMessage, before: ViewMessage | undefined, unread: boolean): MessageRow {
  const known = laid.get(message);
  if (known && known.before === before && known.row.unread === unread) return known.row;
  // A message stands where it was accepted, also when it was written away from the server on another day.
  const day = !before || daysAgo(before.at, message.at) !== 0;
  const grouped =
    before !== undefined &&
    !day &&
    !unread &&
    !message.reply &&
    before.by === message.by &&
    message.at - before.at < GROUP_WITHIN;
  const row =
    known?.row.day === day && known.row.unread === unread && known.row.grouped === grouped
      ? known.row
      : { message, day, unread, grouped };
  laid.set(message, { before, row });
  return row;
}

/**
 * Lays a window of messages out: day lines, the unread line, groups.
 * - `unreadFrom`: the `no` of the first unread message, or null. Own messages are never new to oneself: the line stands before the first of others.
 */
export function layRows(messages: readonly ViewMessage[], unreadFrom: number | null): MessageRow[] {
  // A window that begins among the unread does not know where they began: the line is further up.
  let lineDrawn = unreadFrom === null || (messages[0]?.no ?? Infinity) > unreadFrom;
  return messages.map((message, at) => {
    const unread = !lineDrawn && !message.mine && message.no !== null && message.no >= (unreadFrom ?? 0);
    if (unread) lineDrawn = true;
    return layRow(message, messages[at - 1], unread);
  });
}
