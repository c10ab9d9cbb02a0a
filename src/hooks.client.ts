import { createRegistry } from '#kernel/registry.ts';
import { provideRules } from '#replica/rules.ts';

// The page's policy forbids eval. Zod would try it and cope, but every try is a violation that somebody has to read. It looks here when it is
// loaded, which is later than this.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

// The replica knows no slice: what commands do is handed to it here, and loaded after the first paint.
provideRules(async () => createRegistry((await import('#features/slices.ts')).slices));
