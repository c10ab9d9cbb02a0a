import { toast } from '#design/toast/toast.ts';
import { OutboxFull, type Replica } from '#replica/api.ts';
import * as m from '#paraglide/messages.js';

/** Puts a command into the outbox. When the device has no room for it, says so and answers false: nothing was changed. */
export async function send(replica: Replica, name: string, args: Record<string, unknown>): Promise<boolean> {
  try {
    await replica.submit(name, args);
    return true;
  } catch (error) {
    if (!(error instanceof OutboxFull)) throw error;
    void toast(m.channels_full(), { lasting: true });
    return false;
  }
}
