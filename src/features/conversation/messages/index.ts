import type { Slice } from '#kernel/registry.ts';
import { deleteMessage, editMessage, postMessage } from './messages.commands.ts';
import { Message } from './messages.records.ts';

export * from './messages.commands.ts';
export { MAX_BODY } from './limits.ts';
export { Message, type MessageRecord } from './messages.records.ts';

export const messages: Slice = {
  name: 'messages',
  records: [Message],
  commands: [postMessage, editMessage, deleteMessage],
};
