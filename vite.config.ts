import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { messages } from './paraglide.config.ts';

export default defineConfig({
  plugins: [paraglideVitePlugin(messages), sveltekit()],
  build: { target: 'es2022' },
  worker: { format: 'es' },
});
