import * as Y from 'yjs';
import { reactionKey } from '#features/conversation/reactions/index.ts';
import { readState, type Querying } from '#server/author/store.ts';
import type { SocketDevice } from './socket-device.ts';
import type { Writer } from './writer.ts';

export interface Kept {
  acknowledged: number;
  /** Commands that were acknowledged and whose effect or receipt is not there as promised. */
  lost: string[];
  /** Commands whose effect is there twice, or numbers given twice. */
  doubled: string[];
}

/** Every document of channels, replayed from zero. */
export async function replay(database: Querying): Promise<Map<string, Y.Doc>> {
  const { rows } = await database.query<{ document: string }>(
    `select document from log where document like 'channel/%' union select document from snapshots where document like 'channel/%'`,
  );
  const docs = new Map<string, Y.Doc>();
  for (const { document } of rows) {
    const doc = new Y.Doc();
    for (const { update } of await readState(database, document)) Y.applyUpdate(doc, update);
    docs.set(document, doc);
  }
  return docs;
}

/** Compares what writers were promised with receipts, events, and the log replayed from zero. */
export async function judgePromises(
  database: Querying,
  docs: ReadonlyMap<string, Y.Doc>,
  writers: readonly Writer[],
): Promise<Kept> {
  const messages = new Map<string, { body: string; no: number }>();
  const reactions = new Set<string>();
  const doubled: string[] = [];
  for (const [name, doc] of docs) {
    const numbers = new Set<number>();
    for (const record of doc.getArray<{ id: string; body: string; no: number }>('records').toArray()) {
      if (messages.has(record.id)) doubled.push(`${record.id} stands twice`);
      if (numbers.has(record.no)) doubled.push(`${name} has two of ${record.no}`);
      numbers.add(record.no);
      messages.set(record.id, record);
    }
    for (const key of doc.getMap('reactions').keys()) reactions.add(key);
  }
  const events = await database.query<{ command: string }>(
    `select command from events where name in ('MessagePosted', 'MessageEdited') group by command having count(*) > 1`,
  );
  doubled.push(...events.rows.map(({ command }) => `${command} has its event twice`));
  const { rows } = await database.query<{ id: string; pos: string; no: number | null }>(
    'select id, pos, no from receipts',
  );
  const receipts = new Map(rows.map((row) => [row.id, row]));

  const lost: string[] = [];
  for (const { acknowledged, device } of writers) {
    const edited = new Set(
      acknowledged.flatMap(({ envelope: { name, args } }) =>
        name === 'message.edit' ? [(args as { message: string }).message] : [],
      ),
    );
    for (const { envelope, receipt } of acknowledged) {
      const { id, name } = envelope;
      const kept = receipts.get(id);
      const { body, message = '', emoji = '' } = envelope.args as { body?: string; message?: string; emoji?: string };
      const stands = messages.get(name === 'message.post' ? id : message);
      const isThere =
        name === 'reaction.add'
          ? reactions.has(reactionKey(message, emoji, device.options.user))
          : stands?.body === body || (name === 'message.post' && edited.has(id) && stands !== undefined);
      const isWhereItSaid =
        name !== 'message.post' || receipt.no === undefined || (stands?.no === receipt.no && kept?.no === receipt.no);
      if (!isThere || !isWhereItSaid || Number(kept?.pos) !== receipt.pos) lost.push(`${name} ${id}`);
    }
  }
  return { acknowledged: writers.reduce((sum, writer) => sum + writer.acknowledged.length, 0), lost, doubled };
}

/** Names of the documents of which a device has something else than the log says. */
export function differing(device: SocketDevice, docs: ReadonlyMap<string, Y.Doc>): string[] {
  return [...docs].flatMap(([name, doc]) => (plain(device.doc(name)) === plain(doc) ? [] : [name]));
}

const plain = (doc: Y.Doc): string => {
  const reactions = Object.entries(doc.getMap('reactions').toJSON()).sort(([a], [b]) => (a < b ? -1 : 1));
  const people = Object.entries(doc.getMap('people').toJSON()).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([doc.getArray('records').toJSON(), people, reactions, doc.getMap('meta').toJSON()]);
};
