import { toast } from '#design/toast/toast.ts';
import type { Replica } from '#replica/api.ts';
import * as m from '#paraglide/messages.js';
import { send } from './send.ts';

/** Archives or restores at once; the way back is in the toast. */
export async function archive(
  replica: Replica,
  place: { community: string; channel: string },
  archived: boolean,
  name: string,
): Promise<void> {
  if (!(await send(replica, 'channel.change', { ...place, archived }))) return;
  const words = archived ? m.channels_archived({ channel: name }) : m.channels_restored({ channel: name });
  void toast(words, { undo: () => void send(replica, 'channel.change', { ...place, archived: !archived }) });
}
