export { accessCommunity, type CommunityApiDeps } from './facts.ts';
export { createFirstCommunity, type NewCommunity, type Owner } from './first-community.ts';
export { createSample, sampleId } from './sample.ts';
export type { SubmitAsSystem } from './send.ts';
export { registerSlugsApi } from './slugs-api.ts';
