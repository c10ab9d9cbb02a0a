import { slug } from './communities.records.ts';

const LONGEST = 44;

/** An address made of a name; `community` when nothing of it can be written in one. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '');
  return slug().safeParse(plain).success ? plain : 'community';
}

/** The address itself, then with numbers, for when it is taken. */
export function* slugsFrom(address: string): Generator<string> {
  yield address;
  for (let n = 2; n <= 20; n++) yield `${address.slice(0, LONGEST).replace(/-+$/, '')}-${n}`;
}
