import type { Slice } from '#kernel/registry.ts';
import {
  admitMember,
  changeCategory,
  changeChannel,
  createChannel,
  expelMember,
  putCategory,
  removeCategory,
} from './channels.commands.ts';

export * from './channels.commands.ts';

export const channels: Slice = {
  name: 'channels',
  commands: [createChannel, changeChannel, admitMember, expelMember, putCategory, changeCategory, removeCategory],
};
