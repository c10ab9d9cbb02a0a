import { isIPv6 } from 'node:net';

type Peer = {
  /** The socket's other end. */
  remoteAddress: string | undefined;
  /** The request's X-Forwarded-For, as it came. */
  forwardedFor: string | undefined;
};

/**
 * Who is asking. Without a trusted proxy the header is anybody's claim and is not read. With n of
 * them, only the nth entry from the end counts: those were appended by the proxies, everything before came from the client.
 */
export function addressOf(peer: Peer, trustProxy: number): string {
  const claims = trustProxy > 0 ? (peer.forwardedFor?.split(',') ?? []) : [];
  const claimed = claims[Math.max(0, claims.length - trustProxy)]?.trim();
  const address = claimed || peer.remoteAddress || 'unknown';
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

/** What limits are counted by: one household usually owns a whole IPv6 /64, so that counts as one address. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const groups = [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16));
  return `${groups.join(':')}::/64`;
}
