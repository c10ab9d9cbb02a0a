import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CloudOff from '@lucide/svelte/icons/cloud-off';
import Database from '@lucide/svelte/icons/database';
import HardDrive from '@lucide/svelte/icons/hard-drive';
import LogIn from '@lucide/svelte/icons/log-in';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import type { IconDrawing } from '#design/icons/types.ts';
import type { SyncStatus } from '#replica/api.ts';
import * as m from '#paraglide/messages.js';

export interface SyncWords {
  words: string;
  icon: IconDrawing;
  tone?: 'danger';
}

const refusedWords = (count: number): SyncWords => ({
  words: m.communities_sync_refused({ count }),
  icon: CircleAlert,
  tone: 'danger',
});

/** What to say about the network and what waits, in one line; null when all is synced. The most pressing thing wins. */
export function syncWords(sync: SyncStatus): SyncWords | null {
  const { connection, waiting, refused, left } = sync;
  if (connection === 'outdated') return { words: m.communities_sync_outdated(), icon: CircleAlert, tone: 'danger' };
  if (connection === 'locked')
    return { words: m.communities_sync_locked({ count: waiting }), icon: LogIn, tone: 'danger' };
  if (connection === 'offline') {
    const words = waiting > 0 ? m.communities_sync_offline_waiting({ count: waiting }) : m.communities_sync_offline();
    return { words: refused > 0 ? m.communities_sync_and_refused({ words, count: refused }) : words, icon: CloudOff };
  }
  if (refused > 0) return refusedWords(refused);
  if (sync.trouble === 'database') return { words: m.communities_sync_trouble(), icon: Database };
  if (connection === 'connecting' && sync.since !== null)
    return { words: m.communities_sync_connecting(), icon: RefreshCw };
  if (left > 0) return { words: m.communities_sync_left({ count: left }), icon: RefreshCw };
  if (sync.full) return { words: m.communities_sync_full(), icon: HardDrive };
  if (connection === 'online' && waiting > 0 && sync.stalled)
    return { words: m.communities_sync_sending({ count: waiting }), icon: RefreshCw };
  return null;
}
