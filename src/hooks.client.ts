import { createRegistry } from '#kernel/registry.ts';
import { startReplica } from '#replica/index.ts';
import { provideRules } from '#replica/rules.ts';
import { getLocale, overwriteGetLocale } from '#paraglide/runtime.js';
import { session } from '#features/account/identity/session.svelte.ts';

// The page's policy forbids eval. Zod would try it and cope, but every try is a violation that somebody has to read. It looks here when it is
// loaded, which is later than this.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

// Every text asks for the language, and the answer is read from the address and the browser. A page keeps to one.
const locale = getLocale();
overwriteGetLocale(() => locale);

// The replica knows no slice: what commands do is handed to it here, and loaded after the first paint.
provideRules(async () => createRegistry((await import('#features/slices.ts')).slices));

// A conversation is read from the device while the modules that show it are still on their way. A device that refuses is told by the page,
// which asks again.
const { account } = session;
const channel = /^\/c\/[^/]+\/([^/]+)\/?$/.exec(location.pathname)?.[1];
if (account && location.pathname.startsWith('/c/'))
  startReplica({ id: account.userId, name: account.name, device: account.device }, channel).catch(() => undefined);
