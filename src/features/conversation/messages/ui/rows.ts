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

/** When a message takes its place in time: written away from the server, it stands where it was accepted. */
const startsDay = (message: ViewMessage, before: ViewMessage | undefined) =>
  !before || daysAgo(before.at, message.at) !== 0;

/**
 * Lays a window of messages out: day lines, the unread line, groups.
 * - `unreadFrom`: the `no` of the first unread message, or null. Own messages are never new to oneself: the line stands before the first of others.
 */
export function layRows(messages: readonly ViewMessage[], unreadFrom: number | null): MessageRow[] {
  // A window that begins among the unread does not know where they began: the line is further up.
  let lineDrawn = unreadFrom === null || (messages[0]?.no ?? Infinity) > unreadFrom;
  return messages.map((message, at) => {
    const before = messages[at - 1];
    const day = startsDay(message, before);
    const unread = !lineDrawn && !message.mine && message.no !== null && message.no >= (unreadFrom ?? 0);
    if (unread) lineDrawn = true;
    const grouped =
      before !== undefined &&
      !day &&
      !unread &&
      !message.reply &&
      before.by === message.by &&
      message.at - before.at < GROUP_WITHIN;
    return { message, day, unread, grouped };
  });
}
