import type { ServerSlice } from '#kernel/registry.ts';
import { membersServer } from './community/members/server/index.ts';

/** What slices run on the server alone, for whoever composes it. */
export const serverSlices: readonly ServerSlice[] = [membersServer];
