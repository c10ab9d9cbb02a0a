/** The part of an address that a name suggests: `Sight-singing Circle` → `sight-singing-circle`. Empty when it has no Latin letters or digits. */
export function suggestAddress(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replace(/^-+|-+$/g, '');
}

export function isAddress(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/.test(text);
}

/** One entry page from another, taking along where the person wanted to go and the invite they came with. */
export function entryAddress(page: '/sign-in' | '/sign-up', next: string, invite?: string): string {
  const query = new URLSearchParams({ ...(next === '/' ? {} : { next }), ...(invite ? { invite } : {}) });
  return query.size > 0 ? `${page}?${query}` : page;
}

/** Where to go after signing in: a page of this place, never another site that a link smuggled in. */
export function safeNext(next: string | null, fallback = '/'): string {
  if (!next || !next.startsWith('/')) return fallback;
  const base = 'https://here.invalid';
  const url = URL.canParse(next, base) ? new URL(next, base) : undefined;
  return url?.origin === base ? `${url.pathname}${url.search}${url.hash}` : fallback;
}
