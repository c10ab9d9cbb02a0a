import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid, ulidFrom } from '#kernel/ids.ts';
import { buildWorld, type World } from '#tests/support/world.ts';

describe('commands that were applied while a commit was under way', () => {
  let world: World;
  beforeAll(async () => {
    world = await buildWorld({ people: { Ines: 'owner', Kofi: 'member', Maren: 'member' } });
    await world.database.pool.query(`create function refuse_doomed() returns trigger language plpgsql as $$
      begin
        if new.name = 'doomed' then raise exception 'no' using errcode = '23514'; end if;
        return new;
      end $$`);
    await world.database.pool.query(
      'create trigger refuse_doomed before insert on channels for each row execute function refuse_doomed()',
    );
  });
  afterAll(() => world.stop());

  /** Keeps every commit waiting; `waits` resolves when one does. */
  async function holdCommits(): Promise<{ waits: () => Promise<number>; release: () => Promise<void> }> {
    const holder = await world.database.connect();
    await holder.query('begin');
    await holder.query('lock table log in exclusive mode');
    const waiting = () => holder.query<{ pid: number }>('select pid from pg_locks where not granted');
    return {
      async waits() {
        await expect.poll(async () => (await waiting()).rowCount).toBe(1);
        return (await waiting()).rows[0]?.pid ?? 0;
      },
      async release() {
        await holder.query('rollback');
        await holder.end();
      },
    };
  }

  /** An id from a little ahead: right after the start receipts are asked for, and that waits for the commit. */
  const soon = () => ({ id: ulidFrom(randomBytes(16), Date.now() + 60_000) });
  const applied = (channel: string, next: number) =>
    expect
      .poll(() => world.sync.author.partition(`community/${world.community}`)?.head('channel', channel).next)
      .toBe(next);
  const submitted = (count: number) => expect.poll(() => world.sync.author.figures().waiting).toBe(count);

  it('stand on nothing when that commit is refused: they are judged again, and nobody was told before (A2, C11)', async () => {
    const held = await holdCommits();
    const doomed = ulid();
    const answers: string[] = [];
    const told = async <T>(who: string, answer: Promise<T>): Promise<T> => {
      const given = await answer;
      answers.push(who);
      return given;
    };
    const created = told('Ines', world.person('Ines').send('channel.create', { id: doomed, name: 'doomed' }));
    await held.waits();
    // In memory the channel is there by now.
    const into = told(
      'Kofi',
      world.person('Kofi').send('message.post', { channel: doomed, body: 'Anyone here?' }, soon()),
    );
    const other = told(
      'Maren',
      world.person('Maren').send('message.post', { channel: world.channel('general'), body: 'An avocet.' }, soon()),
    );
    await applied(doomed, 1);
    await applied(world.channel('general'), 1);
    await submitted(3);
    expect(answers).toEqual([]);
    await held.release();
    expect(await created).toMatchObject({ ok: false, refused: { code: 'storage' } });
    expect(await into).toMatchObject({ ok: false, refused: { code: 'unavailable' } });
    expect(await other).toMatchObject({ ok: true, no: 0 });
    expect((await world.readChannel()).records.map(({ body }) => body)).toEqual(['An avocet.']);
    expect((await world.read(`channel/${doomed}/0`)).records).toEqual([]);
  });

  it('are applied once and in order when its connection is lost (A3)', async () => {
    const channel = world.channel('general');
    const held = await holdCommits();
    const first = world.person('Kofi').send('message.post', { channel, body: 'One.' });
    const pid = await held.waits();
    const kofi = world.person('Kofi');
    const second = kofi.command('message.post', { channel, body: 'Two.' }, soon());
    const rest = Promise.all([
      kofi.submit(second),
      kofi.send('message.edit', { channel, message: second.id, body: 'Two, edited.' }, soon()),
      kofi.send('message.post', { channel, body: 'Three.' }, soon()),
    ]);
    await applied(channel, 4);
    await submitted(4);
    await world.database.pool.query('select pg_terminate_backend($1)', [pid]);
    await held.release();
    expect((await Promise.all([first, rest])).flat().every(({ ok }) => ok)).toBe(true);
    expect((await world.readChannel()).records.map(({ body, no }) => [no, body])).toEqual([
      [0, 'An avocet.'],
      [1, 'One.'],
      [2, 'Two, edited.'],
      [3, 'Three.'],
    ]);
  });

  it('show nothing of themselves: a device is told of what is durable only (C2)', async () => {
    const channel = world.channel('general');
    const head = () => world.sync.author.partition(`community/${world.community}`)?.head('channel', channel);
    const before = head()?.durable;
    const held = await holdCommits();
    const first = world.person('Kofi').send('message.post', { channel, body: 'Four.' });
    await held.waits();
    const second = world.person('Maren').send('message.post', { channel, body: 'Five.' }, soon());
    await applied(channel, 6);
    expect(head()?.durable).toEqual(before);
    await held.release();
    await Promise.all([first, second]);
    expect(head()?.durable.next).toBe(6);
  });
});
