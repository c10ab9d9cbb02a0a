import { expect, test } from 'vitest';
import type { SystemCommand } from '#kernel/commands.ts';
import { refuse, type RefusalCode } from '#kernel/refusals.ts';
import { createImportIds } from './import-ids.ts';
import type { ImportItem, SourceMessage } from './items.ts';
import { ImportNotes } from './notes.ts';
import type { ImportDoor } from './import-door.ts';
import { runImport, type ImportRun } from './run-import.ts';

const community = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

/** An author of its own: channels and the bodies in them, in order. */
class Place implements ImportDoor {
  readonly channels = new Map<string, { id: string; name: string; archived: boolean; messages: Map<string, string> }>();
  commands = 0;
  refusing: (command: SystemCommand) => RefusalCode | undefined = () => undefined;

  async submit(command: SystemCommand) {
    this.commands += 1;
    const code = this.refusing(command);
    if (code) return { id: command.id, ok: false as const, refused: refuse(code) };
    const args = command.args as {
      id: string;
      name: string;
      channel: string;
      messages: { id: string; body: string }[];
    };
    if (command.name === 'channel.create')
      this.channels.set(args.id, { id: args.id, name: args.name, archived: false, messages: new Map() });
    const channel = this.channels.get(args.channel);
    if (command.name === 'channel.change' && channel) channel.archived = true;
    if (command.name === 'import.messages')
      for (const { id, body } of args.messages) if (!channel?.messages.has(id)) channel?.messages.set(id, body);
    return { id: command.id, ok: true as const, pos: this.commands };
  }

  async known(channel: string, ids: string[]) {
    return ids.filter((id) => this.channels.get(channel)?.messages.has(id));
  }

  bodies(name: string): string[] {
    return [...this.channels.values()]
      .filter((channel) => channel.name === name)
      .flatMap(({ messages }) => [...messages.values()]);
  }
}

const said = (n: number): SourceMessage => ({
  kind: 'message',
  channel: 'a',
  key: String(n),
  by: { key: 'ana', name: 'Ana' },
  at: n,
  body: `say ${n}`,
  where: `line ${n}`,
});

async function run(place: Place, items: ImportItem[], more: Partial<ImportRun> = {}) {
  const notes = new ImportNotes();
  const source = async function* () {
    yield* items;
  };
  const result = await runImport({
    items: source(),
    ids: createImportIds(community, 'jsonl', 'test'),
    notes,
    community,
    channels: [...place.channels.values()],
    door: place,
    signal: new AbortController().signal,
    ...more,
  });
  return { result, notes };
}

const hundred = Array.from({ length: 100 }, (_, n) => said(n));
const inOrder = hundred.map(({ body }) => body);

test('a source imported twice is there once, and the report says so', async () => {
  const place = new Place();
  expect((await run(place, hundred, { size: 30 })).result).toMatchObject({
    taken: 100,
    there: 0,
    people: 1,
    stopped: false,
  });
  expect((await run(place, hundred, { size: 30 })).result).toMatchObject({ taken: 0, there: 100 });
  expect(place.bodies('a')).toEqual(inOrder);
});

test('an import that was stopped goes on, in other batches, without doubles and in order', async () => {
  const place = new Place();
  const stop = new AbortController();
  const first = await run(place, hundred, {
    size: 20,
    signal: stop.signal,
    onProgress: (messages) => messages >= 40 && stop.abort(),
  });
  expect(first.result).toMatchObject({ stopped: true, taken: 40 });
  expect((await run(place, hundred, { size: 33 })).result).toMatchObject({ taken: 60, there: 40, stopped: false });
  expect(place.bodies('a')).toEqual(inOrder);
});

test('one message that cannot be stored keeps out no other', async () => {
  const place = new Place();
  place.refusing = ({ args }) =>
    (args as { messages?: { body: string }[] }).messages?.some(({ body }) => body === 'say 41') ? 'storage' : undefined;
  const { result, notes } = await run(place, hundred);
  expect(result.taken).toBe(99);
  expect(place.bodies('a')).toEqual(inOrder.filter((body) => body !== 'say 41'));
  expect(notes.count('refused')).toBe(1);
});

test('a place that refuses everything ends the run in words', async () => {
  const place = new Place();
  place.refusing = ({ name }) => (name === 'import.messages' ? 'unavailable' : undefined);
  await expect(run(place, hundred)).rejects.toThrow('unavailable');
});

test('a channel of the same name is left alone, and an archived one is closed when it is full', async () => {
  const place = new Place();
  place.channels.set('own', { id: 'own', name: 'Tools', archived: false, messages: new Map() });
  const described: ImportItem = { kind: 'channel', key: 'a', name: 'tools', topic: '', archived: true, private: false };
  await run(place, [described, said(1)]);
  expect(place.bodies('tools-2')).toEqual(['say 1']);
  expect([...place.channels.values()].map(({ archived }) => archived)).toEqual([false, true]);
});

test('an error of the source ends the run with that error', async () => {
  const broken = async function* (): AsyncGenerator<ImportItem> {
    yield said(1);
    throw new Error('the disk is gone');
  };
  await expect(run(new Place(), [], { items: broken() })).rejects.toThrow('the disk is gone');
});
