import { CHUNK, chunkOf } from '#kernel/records.ts';
import type { Places } from '#kernel/places.ts';
import type { SearchAnswer, SearchHit } from '../api.ts';
import type { DeviceDatabase } from '../database/database.ts';
import type { ChainRow, TextRow } from '../database/rows.ts';
import type { SearchOptions } from '../worker/messages.ts';
import { isEmpty, parseQuery, type Query } from './query.ts';
import { lineStarts, marksIn, scan, type Line } from './scan.ts';

const LIMIT = 50;

/** Characters of text kept in memory between searches; two bytes each at most. */
const CACHE = 24_000_000;

interface Loaded {
  row: TextRow;
  starts: Uint32Array;
}

interface Place {
  channel: string;
  community: string;
  n: number;
  to: number;
}

type Found = Line & { channel: string; community: string };

/** Looks through everything kept on this device, newest segments first. Nothing is built at start. */
export class Searcher {
  readonly #db: DeviceDatabase;
  readonly #cache = new Map<string, Loaded>();
  #cached = 0;

  constructor(db: DeviceDatabase) {
    this.#db = db;
  }

  forget(chain: string): void {
    for (const [name, { row }] of this.#cache) {
      if (row.chain !== chain) continue;
      this.#cached -= row.text.length;
      this.#cache.delete(name);
    }
  }

  forgetAll(): void {
    this.#cache.clear();
    this.#cached = 0;
  }

  async search(text: string, options: SearchOptions): Promise<SearchAnswer> {
    const query = parseQuery(text);
    const limit = options.limit ?? LIMIT;
    // A place alone is a question as well: what was said there last.
    if (isEmpty(query) && !options.channel) return { hits: [], more: false };
    const places = (await this.#db.places.get('places'))?.places;
    if (!places) return { hits: [], more: false };
    const found: Found[] = [];
    for (const place of await this.#segments(places, query, options)) {
      // Segments come newest first: nothing in this one or after it can be newer than the last hit we would show.
      if (found.length > limit && (found[limit]?.at ?? 0) >= place.to) break;
      const loaded = await this.#load(`channel/${place.channel}`, place.n);
      if (!loaded) continue;
      for (const line of scan(loaded.row, loaded.starts, query))
        found.push({ ...line, channel: place.channel, community: place.community });
      found.sort((a, b) => b.at - a.at || b.no - a.no);
      found.length = Math.min(found.length, limit + 1);
    }
    return { hits: await this.#hits(found.slice(0, limit), query), more: found.length > limit };
  }

  async #segments(places: Places, query: Query, options: SearchOptions): Promise<Place[]> {
    const rows: ChainRow[] = await this.#db.chains.getAll();
    const channels = new Map(
      places.communities.flatMap((community) =>
        community.channels.map((channel) => [channel.id, { community: community.id, name: channel.name }] as const),
      ),
    );
    const place = (row: ChainRow): Place[] => {
      const channel = row.chain.startsWith('channel/') ? row.chain.slice('channel/'.length) : '';
      const known = channels.get(channel);
      if (
        !known ||
        (options.channel && options.channel !== channel) ||
        (options.community && options.community !== known.community)
      )
        return [];
      if (query.in !== null && !known.name.toLowerCase().startsWith(query.in)) return [];
      return row.segments
        .filter(
          ({ from, to }) =>
            (query.before === null || from < query.before) && (query.after === null || to >= query.after),
        )
        .map(({ n, to }) => ({ channel, community: known.community, n, to }));
    };
    return rows.flatMap(place).sort((a, b) => b.to - a.to);
  }

  async #load(chain: string, n: number): Promise<Loaded | undefined> {
    const name = `${chain}/${n}`;
    const known = this.#cache.get(name);
    if (known) return known;
    const row = await this.#db.texts.get([chain, n]);
    if (!row) return undefined;
    const loaded = { row, starts: lineStarts(row.text) };
    this.#cache.set(name, loaded);
    this.#cached += row.text.length;
    for (const [oldest, { row: old }] of this.#cache) {
      if (this.#cached <= CACHE || oldest === name) break;
      this.#cached -= old.text.length;
      this.#cache.delete(oldest);
    }
    return loaded;
  }

  async #hits(found: Found[], query: Query): Promise<SearchHit[]> {
    const keys = [...new Set(found.map(({ channel, no }) => `channel/${channel} ${chunkOf(no)}`))].map(
      (key): [string, number] => {
        const [chain = '', chunk = ''] = key.split(' ');
        return [chain, Number(chunk)];
      },
    );
    const chunks = new Map(
      (await this.#db.chunks.getMany(keys)).flatMap((row) =>
        row ? [[`${row.chain} ${row.chunk}`, row] as const] : [],
      ),
    );
    return found.flatMap(({ channel, community, no }) => {
      const chunk = chunks.get(`channel/${channel} ${Math.floor(no / CHUNK)}`);
      const record = chunk?.records.find((one) => one.no === no);
      if (!chunk || !record) return [];
      const body = String(record['body'] ?? '');
      const by = String(record['by'] ?? '');
      return [
        {
          channel,
          community,
          no,
          id: record.id,
          by,
          name: chunk.people[by]?.name ?? '',
          at: Number(record['at'] ?? 0),
          body,
          marks: marksIn(body, query.words),
        },
      ];
    });
  }
}
