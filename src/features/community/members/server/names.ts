import { defineSubscriber, type EffectsTransaction, type WantedCommand } from '#kernel/subscribers.ts';
import { MemberRenamed } from '../members.commands.ts';

export const NAMES = 'names';

/** Carries a member's new name into every document of the community that shows the old one. */
export const names = defineSubscriber({
  name: NAMES,
  events: [MemberRenamed.name],
  async handle({ data: { community, user } }, tx) {
    const documents = await tx.query<{ document: string }>(
      `select a.document from appearances a join channels c on c.id = split_part(a.document, '/', 2)
        where a.person = $1 and c.community = $2 order by a.document desc`,
      [user, community],
    );
    return documents.map(({ document }) => ({ name: 'person.show', args: { community, document, user } }));
  },
});

interface Renamed {
  community: string;
  user: string;
  name: string;
  picture: string | null;
}

const args = ({ picture, ...rest }: Renamed) => ({ ...rest, ...(picture ? { picture } : {}) });

/** What has to be sent so that communities know their members by their accounts' names: for one person, or for all. */
export async function findStaleMembers(tx: EffectsTransaction, user: string | null): Promise<WantedCommand[]> {
  const stale = await tx.query<Renamed>(
    `select m.community, u.id as "user", u.name, u.picture from members m join users u on u.id = m."user"
      where ($1::text is null or u.id = $1) and (m.name, m.picture) is distinct from (u.name, u.picture)
      order by m.community, u.id`,
    [user],
  );
  return stale.map((renamed) => ({ name: 'member.refresh', args: args(renamed) }));
}

/** The same for communities a person has left, where only documents still know them. */
export async function findFormerAppearances(tx: EffectsTransaction, user: string): Promise<WantedCommand[]> {
  const former = await tx.query<Renamed & { document: string }>(
    `select c.community, a.document, u.id as "user", u.name, u.picture
       from appearances a
       join users u on u.id = a.person
       join channels c on c.id = split_part(a.document, '/', 2)
       left join members m on m.community = c.community and m."user" = a.person
      where a.person = $1 and m."user" is null order by a.document desc`,
    [user],
  );
  return former.map((shown) => ({ name: 'person.show', args: args(shown) }));
}
