import { COMMAND_VERSION, type SystemCommand } from '#kernel/commands.ts';
import { ulid } from '#kernel/ids.ts';
import type { Receipt } from '#kernel/wire.ts';
import type { Door } from './gate/door.ts';
import type { Gate } from './gate/gate.ts';

/** Whose receipts the server's own commands are. */
export const SYSTEM = '00000000000000000000000000';

export type SubmitAsSystem = (commands: readonly SystemCommand[]) => Promise<Receipt[]>;

/** The server's own way in: the same gate, without a person's rates, for imports, subscribers and jobs. */
export function createSystemDoor(gate: Gate): SubmitAsSystem {
  const door: Door = {
    id: ulid(),
    actor: { user: SYSTEM, name: 'Hearth', operator: false, system: true },
    device: null,
    awaySince: null,
    openedAt: Date.now(),
    inFlight: 0,
  };
  return (commands) =>
    Promise.all(
      commands.map((command) =>
        gate.submitAndWait({ ...command, account: SYSTEM, device: 'system', version: COMMAND_VERSION }, door),
      ),
    );
}
