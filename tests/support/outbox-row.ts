import { ulid } from '#kernel/ids.ts';
import type { OutboxRow } from '#replica/database/rows.ts';

interface RowOverrides extends Partial<Omit<OutboxRow, 'envelope'>> {
  name?: string;
  args?: Record<string, unknown>;
  body?: string;
  after?: string[];
  at?: number;
}

/** A post in `general` that waits in an outbox, with anything replaced. */
export function buildRow({
  name = 'message.post',
  args,
  body = 'Good morning',
  after,
  at = 1000,
  ...rest
}: RowOverrides = {}): OutboxRow {
  const id = rest.id ?? ulid();
  return {
    order: 1,
    id,
    target: 'general',
    community: 'garden',
    channel: 'general',
    state: 'waiting',
    left: false,
    seenIn: 'channel/general',
    creates: [id],
    text: body,
    place: 'general',
    ...rest,
    envelope: {
      id,
      account: '01J00000000000000000000000',
      name,
      args: args ?? { community: 'garden', channel: 'general', body },
      at,
      device: 'phone',
      version: 1,
      ...(after ? { after } : {}),
    },
  };
}
