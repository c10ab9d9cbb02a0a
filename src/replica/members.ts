import type { MembersView, Replica } from './api.ts';
import { MembersWindow } from './page/members-view.svelte.ts';
import { PageReplica } from './page/replica.svelte.ts';

/** Opens a community's list of members; it comes with the pages that show one. Call `close` when it leaves the screen. */
export function openMembers(replica: Replica, community: string): MembersView {
  if (!(replica instanceof PageReplica)) throw new TypeError('members are shown by the replica of a page');
  return replica.open((host) => new MembersWindow(host, community));
}
