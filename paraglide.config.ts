import type { CompilerOptions } from '@inlang/paraglide-js';

/** How the message files become functions, for Vite, Vitest and the type check alike. */
export const messages = {
  project: './project.inlang',
  outdir: './src/paraglide',
  strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
  // One shape in development and production, so that a dev server and a build do not take turns rewriting everything.
  outputStructure: 'message-modules',
  // Several runs may compile at once (tests beside a dev server): a file must never be missing in between.
  cleanOutdir: false,
} satisfies CompilerOptions;
