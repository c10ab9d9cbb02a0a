import type { Registry } from '#kernel/registry.ts';

let load: (() => Promise<Registry>) | null = null;
let loading: Promise<Registry> | null = null;

/** Called once by the host: where the slices' commands and records come from. */
export function provideRules(from: () => Promise<Registry>): void {
  load = from;
  loading = null;
}

/** The slices' commands and records; fetched when first needed. A failed fetch is tried again by the next caller. */
export function loadRules(): Promise<Registry> {
  if (!load) throw new Error('no rules were provided: the host calls provideRules first');
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}
