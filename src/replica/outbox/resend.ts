import { ulid } from '#kernel/ids.ts';
import { refuse } from '#kernel/refusals.ts';
import type { Tables } from '../database/database.ts';
import type { OutboxRow } from '../database/rows.ts';

/** Queues a refused command under a new id, and with it what was refused only because of it (C4). */
export async function sendAgain(
  { outbox }: Tables,
  row: OutboxRow,
  args: Record<string, unknown>,
  text: string | null,
): Promise<void> {
  const renamed = new Map<string, string>();
  const again = async (old: OutboxRow, oldArgs: Record<string, unknown>, oldText: string | null): Promise<void> => {
    const id = ulid();
    renamed.set(old.id, id);
    const { refusal: _refusal, waitUntil: _waitUntil, order: _order, ...rest } = old;
    const after = (old.envelope.after ?? []).flatMap((one) => renamed.get(one) ?? []);
    const { after: _after, ...envelope } = old.envelope;
    await outbox.delete(old.order);
    await outbox.add({
      ...rest,
      id,
      state: 'waiting',
      left: false,
      text: oldText,
      creates: old.creates.map((one) => renamed.get(one) ?? one),
      envelope: {
        ...envelope,
        id,
        args: rename(oldArgs, renamed),
        at: Date.now(),
        ...(after.length > 0 ? { after } : {}),
      },
    });
  };
  await again(row, args, text);
  for (const other of await outbox.getAll()) {
    const follows = other.envelope.after?.some((one) => renamed.has(one));
    const onlyBecause = other.state === 'refused' && other.refusal?.code === 'dependency';
    if (follows && onlyBecause) await again(other, other.envelope.args, other.text);
  }
}

/** Refuses, with their texts kept, what depends on a command that was taken back. */
export async function refuseDependants({ outbox }: Tables, id: string): Promise<void> {
  const gone = new Set([id]);
  for (const row of await outbox.getAll()) {
    if (!row.envelope.after?.some((one) => gone.has(one)) || row.state === 'refused') continue;
    gone.add(row.id);
    await outbox.put({ ...row, state: 'refused', refusal: refuse('dependency') });
  }
}

/** Arguments that name a command's record by its old id name it by the new one. */
function rename(args: Record<string, unknown>, renamed: ReadonlyMap<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      typeof value === 'string' ? (renamed.get(value) ?? value) : value,
    ]),
  );
}
