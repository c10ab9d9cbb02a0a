import type { Slice } from '#kernel/registry.ts';
import { importMessages } from './imports.commands.ts';

export { ImportedMessage, importMessages, MAX_IMPORT, MessagesImported } from './imports.commands.ts';

export const imports: Slice = { name: 'imports', commands: [importMessages] };
