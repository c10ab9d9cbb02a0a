import { build, files } from '$service-worker';

const PREFIX = 'hearth-app-';

/** The page every address of the app starts from; what stands at it is decided on the device. */
const SHELL = '/';

/** The same for channels: it asks for what a channel needs at once instead of finding out. The address names none that there is. */
const CHANNEL_SHELL = '/c/-/-';

/** The kept page that an address starts from. */
export const shellOf = (pathname: string): string => (/^\/c\/[^/]+\/[^/]+\/?$/.test(pathname) ? CHANNEL_SHELL : SHELL);

/** What carries its content's hash in its name and never changes. */
export const isImmutable = (path: string): boolean => path.startsWith('/_app/immutable/');

export const cacheOf = (version: string): Promise<Cache> => caches.open(PREFIX + version);

/** Keeps everything this version needs without a network. Files of the version before that did not change are taken from it. */
export async function keepThisVersion(version: string): Promise<void> {
  const cache = await cacheOf(version);
  const unchanged = await Promise.all(
    build.filter(isImmutable).map(async (path) => {
      const kept = await caches.match(path);
      if (kept) await cache.put(path, kept);
      return kept ? path : null;
    }),
  );
  const known = new Set(unchanged);
  const fresh = [SHELL, CHANNEL_SHELL, ...build, ...files].filter((path) => !known.has(path));
  // `reload`: a shell out of the browser's own cache could be of another version than its parts.
  await cache.addAll(fresh.map((path) => new Request(path, { cache: 'reload' })));
}

export async function clearOldVersions(version: string): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== PREFIX + version).map((name) => caches.delete(name)),
  );
}

/** The event of an installation, where the browser can be told once what comes from where. TypeScript's library does not know it. */
interface RoutingEvent extends ExtendableEvent {
  addRoutes?(rules: { condition: { urlPattern: string }; source: { cacheName: string } }[]): Promise<void>;
}

/** The browser takes what never changes from the cache itself, without waking this worker; what is not there comes from the network. */
export async function routeToCache(event: ExtendableEvent, version: string): Promise<void> {
  const rule = { condition: { urlPattern: '/_app/immutable/*' }, source: { cacheName: PREFIX + version } };
  await (event as RoutingEvent).addRoutes?.([rule]);
}
