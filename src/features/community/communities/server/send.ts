import { setTimeout as pause } from 'node:timers/promises';
import { ulid } from '#kernel/ids.ts';
import type { RefusalCode } from '#kernel/refusals.ts';
import type { Receipt } from '#kernel/wire.ts';

/** The server's own door to the gate. */
export type SubmitAsSystem = (
  commands: { id: string; name: string; args: unknown; at: number }[],
) => Promise<Receipt[]>;

/** A command of the server that was refused: a fault of ours, not of a person. */
export class SystemRefused extends Error {
  override readonly name = 'SystemRefused';
  readonly code: RefusalCode;

  constructor(command: string, code: RefusalCode, detail: string | undefined) {
    super(`${command} was refused: ${detail ? `${code}, ${detail}` : code}`);
    this.code = code;
  }
}

/** Sends one command as the server, again under the same id while it has to wait, and throws `SystemRefused`. */
export async function send(submit: SubmitAsSystem, name: string, args: unknown): Promise<void> {
  const command = { id: ulid(), name, args, at: Date.now() };
  for (;;) {
    const [receipt] = await submit([command]);
    if (!receipt) throw new Error(`${name} got no receipt`);
    if (receipt.ok) return;
    if ('refused' in receipt) throw new SystemRefused(name, receipt.refused.code, receipt.refused.detail);
    await pause(Math.min(Math.max(receipt.wait.until - Date.now(), 20), 5_000));
  }
}
