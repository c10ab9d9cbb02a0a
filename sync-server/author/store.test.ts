import type pg from 'pg';
import { expect, test } from 'vitest';
import { createRegistry } from '#kernel/registry.ts';
import { ulid } from '#kernel/ids.ts';
import { Member } from '#features/community/communities/index.ts';
import { slices } from '#features/slices.ts';
import { AuthorDocument } from './document.ts';
import { Partition } from './partition.ts';
import { AuthorStore, type Querying } from './store.ts';

const store = new AuthorStore(createRegistry(slices));
const [community, channel, user, message] = [ulid(), ulid(), ulid(), ulid()];

/** A database that answers as things stood when it was asked, and only once it is let. */
function slowDatabase(rows: unknown[]): { client: Querying; answer: () => void } {
  let answer = () => undefined as void;
  const held = new Promise<void>((resolve) => (answer = resolve));
  const query = async () => (await held, { rows }) as unknown as pg.QueryResult;
  return { client: { query } as unknown as Querying, answer: () => answer() };
}

test('a ban is not undone by an answer that was asked for before it (A5)', async () => {
  const partition = new Partition(`community/${community}`, 1);
  const { client, answer } = slowDatabase([{ community, user, state: 'active', role: 'member' }]);
  const loading = store.loadRows(client, partition, Member.kind, [user]);
  partition.setRow(Member, user, { community, user, state: 'banned', role: 'member' });
  answer();
  await loading;
  expect(partition.row(Member, user)).toMatchObject({ state: 'banned' });
});

test('a message is found although somebody looked for it a moment before it was written (C4)', async () => {
  const partition = new Partition(`community/${community}`, 1);
  const { client, answer } = slowDatabase([]);
  const loading = store.loadPositions(client, partition, channel, [message]);
  const document = new AuthorDocument({ kind: 'channel', owner: channel, n: 0 }, []);
  partition.documents.set(document.name, document);
  document.append({ id: message, no: 7 });
  answer();
  await loading;
  // Also when the document has left the memory since.
  partition.documents.clear();
  expect(partition.positions.get(`${channel} ${message}`)).toBe(7);
});

test('a deleted message does not come back by an answer from before', async () => {
  const partition = new Partition(`community/${community}`, 1);
  const { client, answer } = slowDatabase([{ id: message, no: 7 }]);
  const loading = store.loadPositions(client, partition, channel, [message]);
  partition.positions.set(`${channel} ${message}`, null);
  answer();
  await loading;
  expect(partition.positions.get(`${channel} ${message}`)).toBeNull();
});
