import type { LocalAddress } from '../http/local-address.ts';

/** Whether the process that left this address is alive. A number that was given to another process since says yes, too: whoever asks must cope. */
export function isAlive(address: LocalAddress | null): boolean {
  if (!address) return false;
  try {
    process.kill(address.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
