import { compile } from '@inlang/paraglide-js';
import { messages } from '../../paraglide.config.ts';

// The message files as functions, for type checks and tests, which no Vite prepares.
await compile(messages);
