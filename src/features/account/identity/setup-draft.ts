import type { KeptStore } from './known-account.ts';

export const setupSteps = ['account', 'community', 'channels', 'sample'] as const;
export type SetupStep = (typeof setupSteps)[number];

/** What was filled in so far. The password is not part of it: it would lie readable on the device. */
export type SetupDraft = {
  token: string;
  step: SetupStep;
  name: string;
  email: string;
  community: string;
  /** Null while it follows the community's name. */
  address: string | null;
  description: string;
  channels: { key: number; name: string }[];
  sample: boolean;
};

export const communityLimits = { name: 80, description: 400, channels: 50 } as const;

const key = 'hearth-setup';

export function emptyDraft(channelNames: readonly string[]): SetupDraft {
  return {
    token: '',
    step: 'account',
    name: '',
    email: '',
    community: '',
    address: null,
    description: '',
    channels: channelNames.map((name, index) => ({ key: index, name })),
    sample: true,
  };
}

/** The kept draft, or `fresh` where there is none or an older version left another shape. */
export function readDraft(store: KeptStore, fresh: SetupDraft): SetupDraft {
  const text = store.getItem(key);
  if (!text) return fresh;
  try {
    const kept: unknown = JSON.parse(text);
    return hasShapeOf(fresh, kept) ? kept : fresh;
  } catch {
    return fresh;
  }
}

export function writeDraft(store: KeptStore, draft: SetupDraft | null): void {
  if (draft) store.setItem(key, JSON.stringify(draft));
  else store.removeItem(key);
}

export type ChannelsProblem = { kind: 'none' | 'empty' | 'long' } | { kind: 'twice'; name: string };

export function channelsProblem(channels: SetupDraft['channels']): ChannelsProblem | undefined {
  if (channels.length === 0) return { kind: 'none' };
  const names = channels.map(({ name }) => name.trim().toLowerCase());
  if (names.includes('')) return { kind: 'empty' };
  if (names.some((name) => name.length > communityLimits.name)) return { kind: 'long' };
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : { kind: 'twice', name: twice };
}

function hasShapeOf(fresh: SetupDraft, value: unknown): value is SetupDraft {
  if (typeof value !== 'object' || value === null) return false;
  const alike = Object.entries(fresh).every(
    ([field, example]) => example === null || typeof Reflect.get(value, field) === typeof example,
  );
  const { channels, step } = value as Partial<SetupDraft>;
  return (
    alike &&
    Array.isArray(channels) &&
    channels.every((one) => typeof one?.name === 'string') &&
    setupSteps.some((one) => one === step)
  );
}
