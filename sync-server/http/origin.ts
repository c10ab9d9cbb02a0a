import type { IncomingMessage } from 'node:http';

export type OriginSettings = {
  /** Scheme, host and port. */
  origin: string;
  /** Whether the operator named it; if not, the request's own Host decides. */
  originGiven: boolean;
  /** Number of trusted reverse proxies. */
  trustProxy: number;
};

type Asked = {
  origin: string | undefined;
  host: string | undefined;
  forwardedProto: string | undefined;
  encrypted: boolean;
};

/**
 * Whether a browser on one of our own pages sent this. The check is exact (scheme, host, port) and an absent Origin is
 * a no: browsers always send it with writes and socket upgrades. Comparing with Host, when no address is configured, is
 * safe against a rebound name because cookies are bound to the name they were set for.
 */
export function originIsOurs(asked: Asked, settings: OriginSettings): boolean {
  if (!asked.origin || asked.origin === 'null') return false;
  if (settings.originGiven) return asked.origin === settings.origin;
  if (!asked.host) return false;
  const forwarded = settings.trustProxy > 0 ? asked.forwardedProto?.split(',').at(-1)?.trim() : undefined;
  const scheme = forwarded === 'https' || forwarded === 'http' ? forwarded : asked.encrypted ? 'https' : 'http';
  return asked.origin === `${scheme}://${asked.host}`;
}

/** The same check for a socket upgrade, before a session is even looked for. */
export function upgradeIsOurs(request: IncomingMessage, settings: OriginSettings): boolean {
  return originIsOurs(
    {
      origin: request.headers.origin,
      host: request.headers.host,
      forwardedProto: single(request.headers['x-forwarded-proto']),
      encrypted: 'encrypted' in request.socket,
    },
    settings,
  );
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
