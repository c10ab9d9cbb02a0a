import { expect, test } from 'vitest';
import { channelsProblem, emptyDraft, readDraft, writeDraft } from './setup-draft.ts';

function memoryStore() {
  const map = new Map<string, string>();
  return {
    map,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  };
}

test('somebody who leaves half-way finds what they filled in', () => {
  const store = memoryStore();
  const draft = { ...emptyDraft(['general']), name: 'Ines', community: 'Walks', token: 't', step: 'channels' as const };
  writeDraft(store, draft);
  expect(readDraft(store, emptyDraft(['general']))).toEqual(draft);
  writeDraft(store, null);
  expect(store.map.size).toBe(0);
});

test.each([
  '{',
  'null',
  '[]',
  '{"token":"t"}',
  JSON.stringify({ ...emptyDraft(['a']), channels: [1] }),
  JSON.stringify({ ...emptyDraft([]), step: 'tiers' }),
])('a draft of another shape is left aside: %s', (text) => {
  const store = memoryStore();
  store.setItem('hearth-setup', text);
  const fresh = emptyDraft(['general']);
  expect(readDraft(store, fresh)).toBe(fresh);
});

test.each([
  [[], { kind: 'none' }],
  [['general', ' '], { kind: 'empty' }],
  [['General', 'general '], { kind: 'twice', name: 'general' }],
  [['x'.repeat(81)], { kind: 'long' }],
  [['general', 'help'], undefined],
])('first channels %j', (names, problem) => {
  expect(channelsProblem(names.map((name, key) => ({ key, name })))).toEqual(problem);
});
