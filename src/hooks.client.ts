import { createRegistry } from '#kernel/registry.ts';
import { provideRules } from '#replica/rules.ts';

// The replica knows no slice: what commands do is handed to it here, and loaded after the first paint.
provideRules(async () => createRegistry((await import('#features/slices.ts')).slices));
