import type { Pool } from 'pg';

export interface Overview {
  epoch: string;
  accounts: number;
  communities: { id: string; slug: string; name: string; channels: number; members: number; messages: number }[];
}

export interface FoundCommunity {
  id: string;
  slug: string;
  name: string;
  channels: { id: string; name: string; archived: boolean; next: number }[];
}

/** What is here, in numbers. */
export async function readOverview(pool: Pool): Promise<Overview> {
  const instance = await pool.query<{ epoch: string; accounts: number }>(
    `select (select value #>> '{}' from instance where key = 'epoch') as epoch, (select count(*)::int from users) as accounts`,
  );
  const communities = await pool.query<Overview['communities'][number]>(
    `select id, slug, name,
            (select count(*)::int from channels where community = c.id) as channels,
            (select count(*)::int from members where community = c.id and state = 'active') as members,
            (select coalesce(sum(chains.next), 0)::int from chains join channels on channels.id = chains.owner
              where chains.chain = 'channel' and channels.community = c.id) as messages
       from communities c order by created_at, id`,
  );
  return {
    epoch: instance.rows[0]?.epoch ?? '',
    accounts: instance.rows[0]?.accounts ?? 0,
    communities: communities.rows,
  };
}

/** By address, else by name in any case: of equal names several. */
export async function findCommunity(pool: Pool, name: string): Promise<FoundCommunity[]> {
  const { rows } = await pool.query<FoundCommunity>(
    `select id, slug, name,
            coalesce((select json_agg(json_build_object('id', ch.id, 'name', ch.name, 'archived', ch.archived, 'next', coalesce(chains.next, 0)))
                        from channels ch left join chains on chains.chain = 'channel' and chains.owner = ch.id
                       where ch.community = c.id), '[]') as channels
       from communities c where slug = $1 or lower(name) = lower($1) order by slug = $1 desc, created_at`,
    [name],
  );
  return rows[0]?.slug === name ? rows.slice(0, 1) : rows;
}

/** The account with this address, or the operator's when none is given. */
export async function findAccount(
  pool: Pool,
  email: string | undefined,
): Promise<{ id: string; name: string; email: string } | undefined> {
  const { rows } = await pool.query<{ id: string; name: string; email: string }>(
    email === undefined
      ? 'select id, name, email from users where operator order by id limit 1'
      : 'select id, name, email from users where email = lower($1)',
    email === undefined ? [] : [email.trim()],
  );
  return rows[0];
}

/** Which of these messages a channel holds or held until they were erased. One look into each primary key: see `loadPositions` of the author's store. */
export async function findKnown(pool: Pool, channel: string, ids: string[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select wanted.id from unnest($2::text[]) as wanted (id)
       left join lateral (select id from positions where owner = $1 and id = wanted.id limit 1) held on true
       left join lateral (select id from erased_messages where channel = $1 and id = wanted.id limit 1) erased on true
      where held.id is not null or erased.id is not null`,
    [channel, ids],
  );
  return rows.map(({ id }) => id);
}
