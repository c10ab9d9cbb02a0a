import * as z from 'zod';
import { defineCommand } from '#kernel/commands.ts';
import { ref } from '#kernel/records.ts';
import { refuse } from '#kernel/refusals.ts';
import { id, line } from '#kernel/text.ts';
import { Channel, channelDocument, Member } from '../communities/index.ts';

const ShowArgs = z.strictObject({
  community: id(),
  /** A segment the person appears in. */
  document: z.string().regex(/^[a-z]+\/[0-9A-Z]{26}\/(0|[1-9]\d{0,6})$/, "not a segment's name"),
  user: id(),
  /** For whoever has left, and so has no name in the community any more; a member's own counts otherwise. */
  name: line(1, 80).optional(),
  picture: z.string().max(200).optional(),
});

/**
 * Brings a person's name and picture in one document up to date. Sent by the server, for every document they appear in,
 * after they were renamed; anonymising is the same with another name.
 */
export const showPerson = defineCommand({
  name: 'person.show',
  origin: 'system',
  args: ShowArgs,
  target: ({ community }) => ({ community }),
  needs: ({ community, user }) => [ref(Member, community, user)],
  allow({ args, records }) {
    const [kind, owner = ''] = args.document.split('/');
    return kind === channelDocument.kind && records.get(Channel, args.community, owner)
      ? undefined
      : refuse('unavailable');
  },
  apply(records, { community, document, user, name, picture }) {
    const member = records.get(Member, community, user);
    const shown = member ? Member.names?.(member) : name ? { name, ...(picture ? { picture } : {}) } : undefined;
    if (shown) records.showPerson?.(document, user, shown);
    return undefined;
  },
});
