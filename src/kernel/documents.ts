import { isUlid } from './ids.ts';

/** A document's kind: what its records are and how its name is made. */
export interface DocumentKind {
  readonly kind: string;
  /** A chain has segments, `kind/<owner>/<n>`; the others are one document, `kind/<owner>`. */
  readonly chain: boolean;
  /** What the owner's id names; decides who may read it. */
  readonly owner: 'channel' | 'community' | 'person';
}

export function defineDocument(kind: DocumentKind): DocumentKind {
  return kind;
}

export interface DocumentName {
  kind: string;
  owner: string;
  /** The segment, or null for a document that is not a chain. */
  n: number | null;
}

export function documentName(kind: string, owner: string, n: number | null): string {
  return n === null ? `${kind}/${owner}` : `${kind}/${owner}/${n}`;
}

/** The highest segment a name may have: keeps `n` an exact integer and names short. */
const MAX_SEGMENT = 9_999_999;

/** Parses a document's name strictly; null for anything that `documentName` would not have written. */
export function parseDocumentName(name: string, kinds: ReadonlyMap<string, DocumentKind>): DocumentName | null {
  const [kind = '', owner = '', n, ...rest] = name.split('/');
  const definition = kinds.get(kind);
  if (!definition || rest.length > 0 || !isUlid(owner)) return null;
  if (!definition.chain) return n === undefined ? { kind, owner, n: null } : null;
  if (n === undefined || !/^(0|[1-9]\d{0,6})$/.test(n) || Number(n) > MAX_SEGMENT) return null;
  return { kind, owner, n: Number(n) };
}
