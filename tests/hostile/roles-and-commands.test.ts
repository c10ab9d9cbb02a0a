import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRegistry } from '#kernel/registry.ts';
import { ulid } from '#kernel/ids.ts';
import { slices } from '#features/slices.ts';
import { buildWorld, type World, type WorldPerson } from '#tests/support/world.ts';
import { post, ROLES, TABLE, type Cell, type Role, type Row } from './roles-and-commands.table.ts';

describe('every command from every role', () => {
  let world: World;
  const accepted = new Set<string>();
  const refused = new Set<string>();

  beforeAll(async () => {
    world = await buildWorld({ people: { Ines: 'owner' } });
  });
  afterAll(() => world.stop());

  async function join(role: Role): Promise<WorldPerson> {
    const owner = world.person('Ines');
    if (role === 'owner') return owner;
    const person = world.person(`${role} ${ulid()}`);
    if (role === 'outsider') return person;
    const code = ulid();
    await owner.does('invite.create', { id: code });
    await person.does('member.join', { invite: code });
    if (role !== 'member' && role !== 'banned') await owner.does('role.assign', { user: person.id, role });
    return person;
  }

  function cellOf(actor: WorldPerson): Cell {
    const owner = world.person('Ines');
    return {
      world,
      actor,
      owner,
      someone: (role) => join(role),
      async messageOf(person, channel = world.channel('general')) {
        // An outsider has no message of their own: they try with somebody's.
        const receipt = await person.send('message.post', post(channel));
        return { channel, message: receipt.ok ? receipt.id : await owner.does('message.post', post(channel)) };
      },
      async channel({ private: closed = false, archived = false } = {}) {
        const id = ulid();
        await owner.does('channel.create', { id, name: 'owls', private: closed });
        if (archived) await owner.does('channel.change', { channel: id, archived });
        return id;
      },
    };
  }

  async function judge(command: string, args: Row[3], role: Role): Promise<string> {
    const actor = await join(role);
    const said = await args(cellOf(actor));
    // What a banned person had before stays theirs, and helps them no more.
    if (role === 'banned') await world.person('Ines').does('member.ban', { user: actor.id });
    const receipt = await actor.send(command, said);
    if (receipt.ok) accepted.add(receipt.id);
    else refused.add(receipt.id);
    return receipt.ok ? 'ok' : 'refused' in receipt ? receipt.refused.code : `wait ${receipt.wait.reason}`;
  }

  it('stands in the table: one that is missing here was never tried', () => {
    const registered = [...createRegistry(slices).commands.keys()].toSorted();
    expect([...new Set(TABLE.map(([command]) => command))].toSorted()).toEqual(registered);
  });

  for (const [command, about, expected, args] of TABLE) {
    it(`${command}, ${about}: ${expected}`, async () => {
      const verdicts = await Promise.all(ROLES.map((role) => judge(command, args, role)));
      const named = (list: string[]) => Object.fromEntries(ROLES.map((role, index) => [role, list[index]]));
      expect(named(verdicts)).toEqual(named(expected.split(' ')));
    });
  }

  it('leaves a receipt when it was accepted and no trace when it was refused (C2, C5)', async () => {
    const { rows } = await world.database.pool.query<{ id: string }>('select id from receipts');
    const receipts = new Set(rows.map(({ id }) => id));
    expect([...accepted].filter((id) => !receipts.has(id))).toEqual([]);
    expect([...refused].filter((id) => receipts.has(id))).toEqual([]);
    const traces = await world.database.pool.query('select command from events where command = any($1)', [
      [...refused],
    ]);
    expect(traces.rows).toEqual([]);
  });

  it('recorded events as docs/EVENTS.md says, without a word that anybody wrote (E3)', async () => {
    const documented = readFileSync(path.join(import.meta.dirname, '../../docs/EVENTS.md'), 'utf8');
    const { rows } = await world.database.pool.query<{ name: string; data: Record<string, unknown> }>(
      'select distinct on (name) name, data from events order by name, tx, id',
    );
    expect(rows.length).toBeGreaterThan(15);
    for (const { name, data } of rows) {
      const fields = new RegExp(`^\\| \`${name}\` +\\| ([^|]+) \\|`, 'm').exec(documented)?.[1]?.match(/\w+/g);
      expect(fields?.toSorted(), name).toEqual(Object.keys(data).toSorted());
    }
    const said = await world.database.pool.query(
      `select name, value from events, jsonb_each_text(data) field(key, value)
        where value !~ '^[0-9A-HJKMNP-TV-Z]{26}$' and key not in ('emoji', 'role', 'count')`,
    );
    expect(said.rows).toEqual([]);
  });
});
