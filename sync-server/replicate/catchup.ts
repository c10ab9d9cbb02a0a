import * as encoding from 'lib0/encoding';
import type pg from 'pg';
import type { CatchupRequest } from '#kernel/wire.ts';
import { parseDocumentName } from '#kernel/documents.ts';
import type { Registry } from '#kernel/registry.ts';
import type { Access } from './access.ts';
import { readState } from '../author/store.ts';

/** The answer's frames, after the format's number and the epoch. */
const KIND = { update: 1, snapshot: 2, done: 3, more: 4, closed: 5 } as const;
const FORMAT = 1;
/** Bytes of one answer, before compression. */
export const MAX_BUDGET = 4 * 1024 * 1024;
export const DEFAULT_BUDGET = 1024 * 1024;
/** Rows read at a time, so that an answer never holds much more than its budget. */
const PAGE = 500;

export interface CatchupDependencies {
  pool: pg.Pool;
  access: Access;
  registry: Registry;
  epoch: () => Promise<string>;
  /** Told of the bytes of every answer, before compression. */
  onAnswered?: (bytes: number) => void;
}

interface Row {
  document: string;
  pos: string;
  update: Buffer;
  whole: boolean;
}

/** Answers from the log what a device has missed, without loading a document (P4). */
export class Catchup {
  private readonly deps: CatchupDependencies;

  constructor(deps: CatchupDependencies) {
    this.deps = deps;
  }

  async answer(user: string, request: CatchupRequest): Promise<Uint8Array> {
    const encoder = await this.begin();
    let left = Math.min(request.budget ?? DEFAULT_BUDGET, MAX_BUDGET);
    for (const chain of request.chains) {
      const name = parseDocumentName(`${chain.chain}/${chain.owner}/0`, this.deps.registry.documents);
      if (!name || !(await this.deps.access.mayOpen(user, name))) {
        encoding.writeVarUint(encoder, KIND.closed);
        encoding.writeVarString(encoder, chain.chain);
        encoding.writeVarString(encoder, chain.owner);
        continue;
      }
      left = await this.writeChain(encoder, chain, left);
      if (left <= 0) {
        encoding.writeVarUint(encoder, KIND.more);
        break;
      }
    }
    const bytes = encoding.toUint8Array(encoder);
    this.deps.onAnswered?.(bytes.length);
    return bytes;
  }

  /** One document from its beginning; null when this person may not open it. */
  async document(user: string, documentName: string): Promise<Uint8Array | null> {
    const name = parseDocumentName(documentName, this.deps.registry.documents);
    if (!name || !(await this.deps.access.mayOpen(user, name))) return null;
    const encoder = await this.begin();
    const [first, ...rest] = await readState(this.deps.pool, documentName);
    if (first) writeFrame(encoder, KIND.snapshot, documentName, first.pos, first.update);
    for (const { pos, update } of rest) writeFrame(encoder, KIND.update, documentName, pos, update);
    return encoding.toUint8Array(encoder);
  }

  private async begin(): Promise<encoding.Encoder> {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, FORMAT);
    encoding.writeVarString(encoder, await this.deps.epoch());
    return encoder;
  }

  /** @returns the bytes left of the budget */
  private async writeChain(
    encoder: encoding.Encoder,
    chain: CatchupRequest['chains'][number],
    budget: number,
  ): Promise<number> {
    // Read before the rows: a commit in between is answered twice rather than passed over.
    const head = await this.deps.pool.query<{ next: number; pos: string }>({
      name: 'chain-head',
      text: 'select next, pos from chains where chain = $1 and owner = $2',
      values: [chain.chain, chain.owner],
    });
    const until = Number(head.rows[0]?.pos ?? 0);
    let left = budget;
    let from = chain.pos;
    while (from < until && left > 0) {
      const rows = await this.page(chain, from);
      for (const { document, pos, update, whole } of rows) {
        writeFrame(encoder, whole ? KIND.snapshot : KIND.update, document, Number(pos), update);
        from = Number(pos);
        left -= update.length;
      }
      if (rows.length < PAGE) break;
    }
    if (left <= 0 && from < until) return left;
    encoding.writeVarUint(encoder, KIND.done);
    encoding.writeVarString(encoder, chain.chain);
    encoding.writeVarString(encoder, chain.owner);
    encoding.writeVarUint(encoder, until);
    encoding.writeVarUint(encoder, head.rows[0]?.next ?? 0);
    return left;
  }

  /** Whole positions only: the last one of a full page is completed, so that the next page may start after it. */
  private async page(
    { chain, owner, segments, from }: CatchupRequest['chains'][number],
    after: number,
  ): Promise<Row[]> {
    const names = segments?.map((n) => `${chain}/${owner}/${n}`) ?? null;
    const { rows } = await this.deps.pool.query<Row>({
      name: 'catchup-page',
      text: `select document, pos, update, whole from (
               select document, pos, update, false as whole from log where owner = $1 and pos > $2
               union all
               select document, pos, state, true from snapshots where owner = $1 and pos > $2
             ) changes
             where split_part(document, '/', 1) = $3
               and ($4::text[] is null or document = any($4))
               and ($5::int is null or split_part(document, '/', 3)::int >= $5)
             order by pos
             fetch first ${PAGE} rows with ties`,
      values: [owner, after, chain, names, from ?? null],
    });
    return rows;
  }
}

function writeFrame(encoder: encoding.Encoder, kind: number, document: string, pos: number, update: Uint8Array): void {
  encoding.writeVarUint(encoder, kind);
  encoding.writeVarString(encoder, document);
  encoding.writeVarUint(encoder, pos);
  encoding.writeVarUint8Array(encoder, update);
}
