import type { SystemCommand } from '#kernel/commands.ts';
import type { RefusalCode } from '#kernel/refusals.ts';
import type { Receipt } from '#kernel/wire.ts';

/** The way to the one author. */
export interface ImportDoor {
  /** Waits as long as the server says to; rejects when it cannot be reached or the run is stopped. */
  submit(command: SystemCommand): Promise<Exclude<Receipt, { wait: unknown }>>;
  /** Which of these messages the channel holds already. */
  known(channel: string, ids: string[]): Promise<string[]>;
}

/** The place itself refuses: every further command would be refused like this one. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
  readonly code: RefusalCode;

  constructor(code: RefusalCode, what: string) {
    super(`The server refused ${what}: ${code}.`);
    this.code = code;
  }
}
