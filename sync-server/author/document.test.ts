import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { AuthorDocument } from './document.ts';

const channel = { kind: 'channel', owner: '01JC0000000000000000000000', n: 0 };
const message = (no: number, by: string) => ({ id: `m${no}`, no, by, body: `said by ${by}` });

test('what a commit appends is one piece, however many of its writers are new there', () => {
  const document = new AuthorDocument(channel, []);
  for (const [no, by] of ['ada', 'bo', 'cy'].entries()) {
    document.append(message(no, by));
    document.putPerson(by, { name: by });
  }
  const { update } = document.flush();
  const lengths = Y.decodeUpdate(update).structs.map(({ length }) => length);
  expect(lengths.toSorted()).toEqual([1, 1, 1, 3]);
});

test('an edit and a deletion between two messages take what stood there when they came', () => {
  const document = new AuthorDocument(channel, []);
  for (const no of [0, 1, 2]) document.append(message(no, 'ada'));
  document.replace({ ...message(1, 'ada'), body: 'said better' } as never);
  document.putPerson('ada', { name: 'Ada' });
  document.append(message(3, 'bo'));
  document.remove('m0');
  document.append(message(4, 'cy'));
  const copy = new Y.Doc();
  Y.applyUpdate(copy, document.flush().update);
  expect(copy.getArray<{ id: string; body: string }>('records').map(({ id, body }) => `${id} ${body}`)).toEqual([
    'm1 said better',
    'm2 said by ada',
    'm3 said by bo',
    'm4 said by cy',
  ]);
});
