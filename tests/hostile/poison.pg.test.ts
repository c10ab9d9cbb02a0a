import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { buildWorld, type World } from '#tests/support/world.ts';

/** Bodies that pass every check of ours and that this database refuses, each in its own way. */
const POISONS = { data: '22P05', constraint: '23514', limit: '54000' } as const;

let world: World;
let channel: string;

beforeAll(async () => {
  world = await buildWorld({ people: { Ines: 'owner', Kofi: 'member', Maren: 'member' } });
  channel = world.channel('general');
  await world.database.pool.query(`
    create function refuse_poison() returns trigger language plpgsql as $$
    declare code text := substring(convert_from(decode(replace(encode(new.update, 'hex'), '00', ''), 'hex'), 'LATIN1') from 'POISON-([0-9A-Z]{5})');
    begin
      if code is not null then raise exception 'refused by the test' using errcode = code; end if;
      return new;
    end $$;
    create trigger refuse_poison before insert on log for each row execute function refuse_poison();
  `);
});
afterAll(() => world.stop());

const bodies = async () => (await world.readChannel()).records.map(({ body }) => body);
const post = (name: string, body: string) => world.person(name).send('message.post', { channel, body });

/** What the schema of a message says. */
const SHAPE = { code: 'malformed', detail: 'body' };

describe('one message that cannot be stored', () => {
  it.each([
    ['NUL', 'a\0b', SHAPE],
    ['the first half of a pair', 'a\ud800b', SHAPE],
    ['the second half of a pair', 'a\udc00b', SHAPE],
    ['a megabyte', 'x'.repeat(1024 * 1024), { code: 'too_large' }],
    ['nothing but space', ' \n\t ', SHAPE],
  ])('is refused where it enters: %s (C11)', async (_what, body, refused) => {
    const answers = await Promise.all([post('Kofi', 'Before.'), post('Kofi', body), post('Maren', 'Beside.')]);
    expect(answers).toMatchObject([{ ok: true }, { ok: false, refused }, { ok: true }]);
    expect(await bodies()).not.toContain(body);
  });

  it.each(Object.entries(POISONS))(
    'is refused alone when only the database notices: %s (C11, C5)',
    async (_what, code) => {
      const names = ['Ines', 'Kofi', 'Maren'];
      const texts = Array.from({ length: 60 }, (_, n) => (n === 31 ? `POISON-${code}` : `Good ${code} ${n}.`));
      const answers = await Promise.all(texts.map((body, n) => post(names[n % 3] ?? 'Ines', body)));
      expect(answers.map(({ ok }) => ok)).toEqual(texts.map((_, n) => n !== 31));
      expect(answers[31]).toMatchObject({ refused: { code: 'storage' } });
      const stored = await bodies();
      expect(stored.filter((body) => String(body).includes(code)).toSorted()).toEqual(
        texts.filter((_, n) => n !== 31).toSorted(),
      );
      const { rows } = await world.database.pool.query(
        'select (select count(*) from receipts where id = $1) + (select count(*) from events where command = $1) as traces',
        [answers[31]?.id],
      );
      expect(Number(rows[0]?.traces)).toBe(0);
    },
  );

  it('keeps the order of what each person wrote around it (C3, C11)', async () => {
    const texts = ['one', 'two', `POISON-${POISONS.data}`, 'three', 'four'];
    await Promise.all(texts.map((body) => post('Kofi', `Order ${body}`)));
    expect((await bodies()).filter((body) => String(body).startsWith('Order'))).toEqual([
      'Order one',
      'Order two',
      'Order three',
      'Order four',
    ]);
  });

  it('sent again and again by one does not stop the others (C11)', async () => {
    const poison = Array.from({ length: 40 }, () => post('Maren', `POISON-${POISONS.constraint}`));
    const good = Array.from({ length: 40 }, (_, n) => post('Kofi', `Through ${n}.`));
    expect((await Promise.all(good)).every(({ ok }) => ok)).toBe(true);
    expect((await Promise.all(poison)).some(({ ok }) => ok)).toBe(false);
    expect((await bodies()).filter((body) => String(body).startsWith('Through'))).toHaveLength(40);
  });

  it('that takes the id of another in the same batch is refused alone, whichever came first (C11)', async () => {
    const id = ulid();
    const [mine, theirs, third] = await Promise.all([
      world.person('Kofi').send('message.post', { channel, body: 'Kofi has it.' }, { id }),
      world.person('Maren').send('message.post', { channel, body: 'Maren takes it.' }, { id }),
      post('Ines', 'Unconcerned.'),
    ]);
    expect([mine, theirs].filter(({ ok }) => ok)).toHaveLength(1);
    expect(third).toMatchObject({ ok: true });
    // The other was told that it is taken, or, while the first was under way, to come back; then it is.
    const other = world.person(mine.ok ? 'Maren' : 'Kofi');
    const again = await other.send('message.post', { channel, body: 'Taken.' }, { id });
    expect(again).toMatchObject({ refused: { code: 'taken' } });
    expect((await world.readChannel()).records.filter((record) => record.id === id)).toHaveLength(1);
  });

  it('may be sent again once what was wrong with it is gone (C5)', async () => {
    const kofi = world.person('Kofi');
    const command = kofi.command('message.post', { channel, body: `POISON-${POISONS.limit} of old` });
    expect(await kofi.submit(command)).toMatchObject({ refused: { code: 'storage' } });
    await world.database.pool.query('drop trigger refuse_poison on log');
    expect(await kofi.submit(command)).toMatchObject({ ok: true });
  });
});
