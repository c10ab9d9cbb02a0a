import { dismissToast, toast } from '#design/toast/toast.ts';
import type { Replica } from '#replica/api.ts';
import * as m from '#paraglide/messages.js';

/** How long a deletion can be taken back, in milliseconds. Until then it has not left this device. */
const UNDO_WITHIN = 5_000;

interface Deletion {
  timer: ReturnType<typeof setTimeout>;
  send: () => void;
}

let hidden = $state.raw<readonly string[]>([]);
const show = (message: string) => void (hidden = hidden.filter((one) => one !== message));
const waiting: Record<string, Deletion> = {};

/** Messages on their way out, which the list leaves away while they could still come back. */
export const isBeingDeleted = (message: string): boolean => hidden.includes(message);

// A page that goes away cannot be asked to undo any more: what was deleted in it stays deleted.
if (typeof addEventListener === 'function') {
  addEventListener('pagehide', () => Object.values(waiting).forEach((deletion) => deletion.send()));
}

/** Hides a message at once and deletes it unless that is taken back in time. */
export function deleteWithUndo(replica: Replica, place: { community: string; channel: string }, message: string): void {
  const over = () => {
    clearTimeout(waiting[message]?.timer);
    delete waiting[message];
    void dismissToast(message);
  };
  const send = () => {
    over();
    // Shown again whatever comes of it: gone once the outbox has it, and back with words when it has no room.
    void replica
      .submit('message.delete', { ...place, message })
      .catch(() => toast(m.messages_delete_full()))
      .finally(() => show(message));
  };
  const undo = () => {
    over();
    show(message);
  };
  hidden = [...hidden, message];
  waiting[message] = { timer: setTimeout(send, UNDO_WITHIN), send };
  void toast(m.messages_deleted(), { id: message, undo });
}
