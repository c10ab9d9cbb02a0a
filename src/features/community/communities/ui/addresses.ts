/** Where a community's screens stand: the one place that knows their addresses. */
type Place = { slug: string };

export const communityAddress = ({ slug }: Place): string => `/c/${slug}`;
export const membersAddress = ({ slug }: Place): string => `/c/${slug}/members`;
export const communitySettingsAddress = ({ slug }: Place): string => `/c/${slug}/settings`;

/** A channel at its newest or where it was left; with `no`, at that message. */
export function channelAddress({ slug }: Place, channel: string, no?: number | null): string {
  return `/c/${slug}/${channel}${no == null ? '' : `?at=${no}`}`;
}

export const inviteAddress = (invite: string): string => `/join/${invite}`;

/** The code in what somebody pasted: a whole link, or the code alone; null when it is neither. */
export function inviteCodeIn(pasted: string): string | null {
  const code = pasted.trim().split(/[?#]/)[0]?.replace(/\/+$/, '').split('/').at(-1)?.toUpperCase() ?? '';
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(code) ? code : null;
}
