import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWorld, type World } from '#tests/support/world.ts';

describe('a message that is written and deleted in one commit', () => {
  let world: World;
  beforeAll(async () => {
    world = await buildWorld({ people: { Ines: 'owner', Kofi: 'member' } });
  });
  afterAll(() => world.stop());

  it('leaves nothing behind (D4)', async () => {
    const kofi = world.person('Kofi');
    const channel = world.channel('general');
    await kofi.does('message.post', { channel, body: 'It stays.' });
    const post = kofi.command('message.post', { channel, body: 'It goes.' });
    const more = { after: [post.id] };
    // A commit that takes its time: meanwhile all of these come together.
    const holder = await world.database.connect();
    await holder.query('begin');
    await holder.query('lock table log in exclusive mode');
    const first = kofi.send('message.post', { channel, body: 'It takes its time.' });
    await expect.poll(async () => (await holder.query('select 1 from pg_locks where not granted')).rowCount).toBe(1);
    const answered = Promise.all([
      kofi.submit(post),
      kofi.send('reaction.add', { channel, message: post.id, emoji: '👍' }, more),
      kofi.send('message.delete', { channel, message: post.id }, more),
    ]);
    await expect.poll(() => world.sync.author.figures().waiting).toBe(4);
    await holder.query('rollback');
    await holder.end();
    await first;
    const answers = await answered;
    expect(answers.map((answer) => answer.ok && answer.pos)).toEqual(Array(3).fill(answers[0]?.ok && answers[0].pos));
    const { records, reactions } = await world.readChannel();
    expect([records.map(({ body }) => body), reactions]).toEqual([['It stays.', 'It takes its time.'], {}]);
    const { rows } = await world.database.pool.query('select id from positions where id = $1', [post.id]);
    expect(rows).toEqual([]);
  });
});
