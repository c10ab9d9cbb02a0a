/** A new version of the app: it waits until the person asks for it. */
export class UpdateState {
  ready = $state.raw(false);
  #waiting: ServiceWorker | null = null;

  /** Lets the waiting version take over; every tab then loads it. Nothing is lost: outbox and drafts are on the device. */
  async apply(): Promise<void> {
    this.#waiting?.postMessage({ t: 'skipWaiting' });
  }

  offer(worker: ServiceWorker): void {
    this.#waiting = worker;
    this.ready = true;
  }
}

export const updates = new UpdateState();

/** How often an open app asks for a new version. Milliseconds. */
const ASK_EVERY = 60 * 60_000;

let registered = false;

/**
 * Registers the service worker once the page has painted, and follows new versions of it from the start. Once per page; not in development,
 * where parts change under it.
 */
export async function registerServiceWorker(painted: Promise<unknown>): Promise<void> {
  if (registered || import.meta.env.DEV || !('serviceWorker' in navigator)) return;
  registered = true;
  let hadController = navigator.serviceWorker.controller !== null;
  let reloading = false;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (reloading) return;
    // The first worker of this device takes over a page of its own version: nothing to load again.
    if (hadController) {
      reloading = true;
      location.reload();
    }
    hadController = true;
  });
  await painted;
  const registration = await navigator.serviceWorker.register('/service-worker.js');
  const watch = (worker: ServiceWorker | null): void => {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && navigator.serviceWorker.controller) updates.offer(worker);
    });
  };
  if (registration.waiting && navigator.serviceWorker.controller) updates.offer(registration.waiting);
  watch(registration.installing);
  registration.addEventListener('updatefound', () => watch(registration.installing));
  setInterval(() => void registration.update(), ASK_EVERY);
}
