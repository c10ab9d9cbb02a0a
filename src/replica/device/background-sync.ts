import { syncTag } from './locks.ts';

type WithSync = ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } };

/**
 * Asks the browser to run the service worker when the network is back, also with the app closed. Where it cannot, or the
 * person does not allow it, the outbox goes with the next start, focus or `online`.
 */
export async function askForBackgroundSync(account: string): Promise<boolean> {
  const registration = (await navigator.serviceWorker?.getRegistration()) as WithSync | undefined;
  if (!registration?.active || !registration.sync) return false;
  try {
    await registration.sync.register(syncTag(account));
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
