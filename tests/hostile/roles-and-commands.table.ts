import { ulid } from '#kernel/ids.ts';
import type { World, WorldPerson } from '#tests/support/world.ts';

/** The columns of the table below, in this order. */
export const ROLES = ['outsider', 'banned', 'member', 'moderator', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** What one cell has at hand. Everything is made for it alone, so that no cell changes another. */
export interface Cell {
  world: World;
  actor: WorldPerson;
  owner: WorldPerson;
  /** Somebody new in the community with this role. */
  someone(role: 'member' | 'moderator' | 'admin'): Promise<WorldPerson>;
  /** A message of somebody. */
  messageOf(person: WorldPerson, channel?: string): Promise<{ channel: string; message: string }>;
  channel(options?: { private?: boolean; archived?: boolean }): Promise<string>;
}

type Args = Record<string, unknown>;
export type Row = [command: string, about: string, expected: string, args: (cell: Cell) => Promise<Args> | Args];

const OUT = 'unavailable unavailable';
/** Only the server itself sends these; nobody else learns that they exist. */
const SYSTEM = 'unknown_command unknown_command unknown_command unknown_command unknown_command unknown_command';

/** Acts on a person: one row for each standing of that person. */
function onPeople(command: string, may: { moderator: boolean }): Row[] {
  const no = 'not_allowed';
  const moderator = (verdict: string) => (may.moderator ? verdict : no);
  const on = (
    about: string,
    verdicts: [string, string, string],
    subject: (cell: Cell) => Promise<string> | string,
  ): Row => [
    command,
    about,
    `${OUT} ${no} ${moderator(verdicts[0])} ${verdicts[1]} ${verdicts[2]}`,
    async (cell) => ({ user: await subject(cell) }),
  ];
  return [
    on('a member', ['ok', 'ok', 'ok'], async ({ someone }) => (await someone('member')).id),
    on('a moderator', ['rank', 'ok', 'ok'], async ({ someone }) => (await someone('moderator')).id),
    on('an admin', ['rank', 'rank', 'ok'], async ({ someone }) => (await someone('admin')).id),
    on('the owner', ['owner', 'owner', 'self'], ({ owner }) => owner.id),
    on('themselves', ['self', 'self', 'self'], ({ actor }) => actor.id),
    on('somebody who is not here', ['gone', 'gone', 'gone'], ({ world }) => world.person(`Stranger ${ulid()}`).id),
  ];
}

export const post = (channel: string) => ({ channel, body: 'Two redshanks.' });
const made = () => ({
  community: ulid(),
  slug: `c-${ulid().toLowerCase()}`,
  name: 'Mine',
  description: '',
  categories: [],
  channels: [],
});

async function inviteCode({ owner }: Cell, more: Args = {}): Promise<string> {
  const id = ulid();
  await owner.does('invite.create', { id, ...more });
  return id;
}

async function bannedUser({ owner, someone }: Cell): Promise<string> {
  const { id } = await someone('member');
  await owner.does('member.ban', { user: id });
  return id;
}

async function category({ owner }: Cell): Promise<string> {
  const id = ulid();
  await owner.does('category.put', { id, name: 'Birds', position: 0 });
  return id;
}

const giving = (
  about: string,
  expected: string,
  given: string,
  subject: (cell: Cell) => Promise<string> | string,
): Row => ['role.assign', about, expected, async (cell) => ({ user: await subject(cell), role: given })];
const member = async ({ someone }: Cell) => (await someone('member')).id;
const moderator = async ({ someone }: Cell) => (await someone('moderator')).id;
const admin = async ({ someone }: Cell) => (await someone('admin')).id;

//   command            what it is about                        outsider banned member moderator admin owner
export const TABLE: Row[] = [
  ['community.create', 'a new one', 'ok ok ok ok ok ok', made],
  [
    'community.create',
    'this one once more',
    'taken taken taken taken taken taken',
    ({ world }) => ({ ...made(), community: world.community }),
  ],
  [
    'community.create',
    'one for somebody else',
    'not_allowed not_allowed not_allowed not_allowed not_allowed not_allowed',
    ({ owner }) => ({ ...made(), owner: { id: owner.id, name: 'Ines' } }),
  ],
  ['community.change', 'its name', `${OUT} not_allowed not_allowed ok ok`, () => ({ name: 'Night Walks' })],

  ['channel.create', 'an open one', `${OUT} not_allowed not_allowed ok ok`, () => ({ id: ulid(), name: 'owls' })],
  [
    'channel.create',
    'a private one',
    `${OUT} not_allowed not_allowed ok ok`,
    () => ({ id: ulid(), name: 'nests', private: true }),
  ],
  [
    'channel.create',
    'one that is there',
    `${OUT} not_allowed not_allowed taken taken`,
    async ({ channel }) => ({ id: await channel(), name: 'owls' }),
  ],
  [
    'channel.change',
    'an open one',
    `${OUT} not_allowed not_allowed ok ok`,
    async ({ channel }) => ({ channel: await channel(), topic: 'Birds' }),
  ],
  [
    'channel.change',
    'a private one they are not in',
    `${OUT} unavailable unavailable ok ok`,
    async ({ channel }) => ({ channel: await channel({ private: true }), topic: 'Birds' }),
  ],
  [
    'channel.change',
    'one that is not there',
    `${OUT} unavailable unavailable unavailable unavailable`,
    () => ({ channel: ulid(), topic: 'Birds' }),
  ],
  [
    'channel.admit',
    'a member to a private one',
    `${OUT} unavailable unavailable ok ok`,
    async (cell) => ({ channel: await cell.channel({ private: true }), user: await member(cell) }),
  ],
  [
    'channel.admit',
    'somebody who is banned',
    `${OUT} unavailable unavailable gone gone`,
    async (cell) => ({ channel: await cell.channel({ private: true }), user: await bannedUser(cell) }),
  ],
  [
    'channel.admit',
    'themselves',
    `${OUT} unavailable unavailable ok ok`,
    async ({ channel, actor }) => ({ channel: await channel({ private: true }), user: actor.id }),
  ],
  [
    'channel.expel',
    'a member',
    `${OUT} unavailable unavailable ok ok`,
    async (cell) => ({ channel: await cell.channel({ private: true }), user: await member(cell) }),
  ],
  [
    'channel.expel',
    'an admin',
    `${OUT} unavailable unavailable rank ok`,
    async (cell) => ({ channel: await cell.channel({ private: true }), user: await admin(cell) }),
  ],
  [
    'channel.expel',
    'the owner',
    `${OUT} unavailable unavailable owner ok`,
    async ({ channel, owner }) => ({ channel: await channel({ private: true }), user: owner.id }),
  ],
  [
    'channel.expel',
    'themselves',
    `${OUT} ok ok ok ok`,
    async ({ channel, actor, owner, world }) => {
      const id = await channel({ private: true });
      const inside = (await world.sync.access.readable(actor.id)).size > 0;
      if (inside) await owner.does('channel.admit', { channel: id, user: actor.id });
      return { channel: id, user: actor.id };
    },
  ],
  [
    'category.put',
    'a new one',
    `${OUT} not_allowed not_allowed ok ok`,
    () => ({ id: ulid(), name: 'Birds', position: 1 }),
  ],
  [
    'category.change',
    'its name',
    `${OUT} not_allowed not_allowed ok ok`,
    async (cell) => ({ id: await category(cell), name: 'Waders' }),
  ],
  [
    'category.change',
    'its place',
    `${OUT} not_allowed not_allowed ok ok`,
    async (cell) => ({ id: await category(cell), position: 3 }),
  ],
  [
    'category.change',
    'one that is not there',
    `${OUT} not_allowed not_allowed gone gone`,
    () => ({ id: ulid(), position: 3 }),
  ],
  ['category.remove', 'one', `${OUT} not_allowed not_allowed ok ok`, async (cell) => ({ id: await category(cell) })],
  ['category.remove', 'one that is not there', `${OUT} not_allowed not_allowed gone gone`, () => ({ id: ulid() })],

  [
    'member.join',
    'by a good invite',
    'ok unavailable ok ok ok ok',
    async (cell) => ({ invite: await inviteCode(cell) }),
  ],
  [
    'member.join',
    'by one that expired',
    'unavailable unavailable unavailable unavailable unavailable unavailable',
    async (cell) => ({ invite: await inviteCode(cell, { expiresAt: 1 }) }),
  ],
  [
    'member.join',
    'by one that is not there',
    'unavailable unavailable unavailable unavailable unavailable unavailable',
    () => ({ invite: ulid() }),
  ],
  ['member.leave', 'of their own', `${OUT} ok ok ok owner`, () => ({})],
  ...onPeople('member.kick', { moderator: true }),
  ...onPeople('member.ban', { moderator: true }),
  [
    'member.unban',
    'somebody who is banned',
    `${OUT} not_allowed ok ok ok`,
    async (cell) => ({ user: await bannedUser(cell) }),
  ],
  [
    'member.unban',
    'a member who is not banned',
    `${OUT} not_allowed gone gone gone`,
    async (cell) => ({ user: await member(cell) }),
  ],
  ['member.unban', 'themselves', `${OUT} not_allowed self self self`, ({ actor }) => ({ user: actor.id })],
  ['member.refresh', 'themselves', SYSTEM, ({ actor }) => ({ user: actor.id, name: 'The Owner' })],
  [
    'person.show',
    'themselves',
    SYSTEM,
    ({ actor, world }) => ({ user: actor.id, document: `channel/${world.channel('general')}/0`, name: 'The Owner' }),
  ],
  ['invite.create', 'a new one', `${OUT} not_allowed ok ok ok`, () => ({ id: ulid() })],
  [
    'invite.create',
    'one that is there',
    `${OUT} not_allowed taken taken taken`,
    async (cell) => ({ id: await inviteCode(cell) }),
  ],
  ['invite.revoke', 'one', `${OUT} not_allowed ok ok ok`, async (cell) => ({ id: await inviteCode(cell) })],
  ['invite.revoke', 'one that is not there', `${OUT} not_allowed gone gone gone`, () => ({ id: ulid() })],

  giving('moderator to a member', `${OUT} not_allowed not_allowed ok ok`, 'moderator', member),
  giving('admin to a member', `${OUT} not_allowed not_allowed rank ok`, 'admin', member),
  giving('owner to a member', `${OUT} not_allowed not_allowed rank rank`, 'owner', member),
  giving('member to a moderator', `${OUT} not_allowed not_allowed ok ok`, 'member', moderator),
  giving('member to an admin', `${OUT} not_allowed not_allowed rank ok`, 'member', admin),
  giving('member to the owner', `${OUT} not_allowed not_allowed owner self`, 'member', ({ owner }) => owner.id),
  giving('moderator to themselves', `${OUT} not_allowed not_allowed self self`, 'moderator', ({ actor }) => actor.id),
  giving('one that is not there', `${OUT} not_allowed not_allowed gone gone`, 'king', member),

  ['message.post', 'in an open channel', `${OUT} ok ok ok ok`, ({ world }) => post(world.channel('general'))],
  [
    'message.post',
    'in a private channel they are not in',
    `${OUT} unavailable unavailable ok ok`,
    async ({ channel }) => post(await channel({ private: true })),
  ],
  [
    'message.post',
    'in a channel that is not there',
    `${OUT} unavailable unavailable unavailable unavailable`,
    () => post(ulid()),
  ],
  [
    'message.post',
    'in an archived channel',
    `${OUT} archived archived archived archived`,
    async ({ channel }) => post(await channel({ archived: true })),
  ],
  [
    'message.edit',
    'of their own',
    `${OUT} ok ok ok ok`,
    async ({ actor, messageOf }) => ({ ...(await messageOf(actor)), body: 'Three.' }),
  ],
  [
    'message.edit',
    'of a member',
    `${OUT} not_yours not_yours not_yours not_yours`,
    async ({ someone, messageOf }) => ({ ...(await messageOf(await someone('member'))), body: 'Three.' }),
  ],
  [
    'message.edit',
    'that is not there',
    `${OUT} gone gone gone gone`,
    ({ world }) => ({ channel: world.channel('general'), message: ulid(), body: 'Three.' }),
  ],
  ['message.delete', 'of their own', `${OUT} ok ok ok ok`, ({ actor, messageOf }) => messageOf(actor)],
  [
    'message.delete',
    'of a member',
    `${OUT} not_yours ok ok ok`,
    async ({ someone, messageOf }) => messageOf(await someone('member')),
  ],
  [
    'message.delete',
    'of a moderator',
    `${OUT} not_yours rank ok ok`,
    async ({ someone, messageOf }) => messageOf(await someone('moderator')),
  ],
  [
    'message.delete',
    'of an admin',
    `${OUT} not_yours rank rank ok`,
    async ({ someone, messageOf }) => messageOf(await someone('admin')),
  ],
  ['message.delete', 'of the owner', `${OUT} not_yours owner owner ok`, ({ owner, messageOf }) => messageOf(owner)],
  [
    'message.delete',
    'of one who has left',
    `${OUT} not_yours ok ok ok`,
    async ({ someone, messageOf }) => {
      const author = await someone('admin');
      const about = await messageOf(author);
      await author.does('member.leave');
      return about;
    },
  ],
  [
    'message.delete',
    'in a private channel they are not in',
    `${OUT} unavailable unavailable owner ok`,
    async ({ owner, messageOf, channel }) => messageOf(owner, await channel({ private: true })),
  ],
  [
    'message.delete',
    'that is not there',
    `${OUT} gone gone gone gone`,
    ({ world }) => ({ channel: world.channel('general'), message: ulid() }),
  ],
  ...['reaction.add', 'reaction.remove'].flatMap((command): Row[] => [
    [
      command,
      'on a message',
      `${OUT} ok ok ok ok`,
      async ({ owner, messageOf }) => ({ ...(await messageOf(owner)), emoji: '🦉' }),
    ],
    [
      command,
      'in a private channel they are not in',
      `${OUT} unavailable unavailable ok ok`,
      async ({ owner, messageOf, channel }) => ({
        ...(await messageOf(owner, await channel({ private: true }))),
        emoji: '🦉',
      }),
    ],
    [
      command,
      'on a message that is not there',
      `${OUT} gone gone gone gone`,
      ({ world }) => ({ channel: world.channel('general'), message: ulid(), emoji: '🦉' }),
    ],
  ]),
  [
    'import.messages',
    'in somebody’s name',
    SYSTEM,
    ({ world, owner }) => ({
      channel: world.channel('general'),
      people: [],
      messages: [{ id: ulid(), by: owner.id, at: 1, body: 'I resign.' }],
    }),
  ],
];
