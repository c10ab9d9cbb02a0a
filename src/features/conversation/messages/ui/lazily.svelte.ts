import { whenIdle } from '#features/community/communities/ui/index.ts';
import type ChannelTools from './ChannelTools.svelte';
import type MessageActions from './MessageActions.svelte';
import type OwnState from './OwnState.svelte';

type Actions = typeof MessageActions;
type State = typeof OwnState;
type Tools = typeof ChannelTools;

let actions = $state.raw<Actions>();
let state = $state.raw<State>();
let tools = $state.raw<Tools>();
let asked = false;

/**
 * What a conversation does not need to be read: it comes right after the first paint, before a hand is near, and stays. The first words
 * are on the screen that much sooner.
 */
export const lazily = {
  get actions(): Actions | undefined {
    return actions;
  },
  get state(): State | undefined {
    return state;
  },
  get tools(): Tools | undefined {
    return tools;
  },
  async load(painted: Promise<void>): Promise<void> {
    if (asked) return;
    asked = true;
    await painted;
    whenIdle(() => {
      void import('./MessageActions.svelte').then((module) => (actions = module.default));
      void import('./OwnState.svelte').then((module) => (state = module.default));
      void import('./ChannelTools.svelte').then((module) => (tools = module.default));
    });
  },
};
