import 'fake-indexeddb/auto';
import { beginningWith } from '#replica/database/table.ts';
import { expect, test, vi } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { createRegistry } from '#kernel/registry.ts';
import type { CatchupRequest } from '#kernel/wire.ts';
import { slices } from '#features/slices.ts';
import { ChainAuthor } from '#tests/support/chain-author.ts';
import { TestDevice } from '#tests/support/device.ts';
import { buildRow } from '#tests/support/outbox-row.ts';
import { buildChannelPlace, buildCommunityPlace, buildPlaces } from '#tests/support/places.ts';
import { Random } from '#tests/support/random.ts';
import { keepReceipts } from '../outbox/receipts.ts';
import { overlayBy } from '../overlay/overlay-window.ts';
import { composeMessages, createMemory } from '../view/compose.ts';
import { catchUp, wantedOf } from './catch-up/catchup.ts';
import { settleSeen } from './settle-seen.ts';

const registry = createRegistry(slices);
const garden = ulid();

/** One device whose every message may be late, doubled, cut or out of order, and a log that is compacted meanwhile. */
class Trial {
  readonly random: Random;
  readonly device = new TestDevice();
  readonly author = new ChainAuthor();
  readonly owned: string[] = [];
  /** Receipts that have not reached the device yet. */
  readonly receipts: { id: string; pos: number; no: number }[] = [];
  delivered = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.author.skipTo(this.random.pick([0, 95, 990, 1990]) ?? 0);
    vi.stubGlobal('fetch', async (_path: string, init: RequestInit) => {
      const asked = JSON.parse(String(init.body)) as CatchupRequest;
      const budget = this.random.pick([200, 2000, 1_000_000]) ?? 200;
      return new Response(this.author.answer({ ...asked, budget }) as Uint8Array<ArrayBuffer>);
    });
  }

  /** Somebody does something; sometimes it is this device, whose command waits in its outbox. */
  async act(): Promise<void> {
    const { random, author, device } = this;
    const about = random.pick(this.owned);
    const kind = about === undefined ? 0 : random.below(7);
    if (kind < 3 || about === undefined) {
      const id = ulid();
      const own = random.chance(0.4);
      const by = own ? device.account : 'ben';
      const no = author.next;
      if (own) {
        const row = buildRow({
          id,
          channel: author.channel,
          target: author.channel,
          community: garden,
          seenIn: author.chain,
          order: this.owned.length + 1,
        });
        row.envelope.args = { community: garden, channel: author.channel, body: `said ${no}` };
        await device.db.outbox.put({ ...row, state: 'sent', left: true });
      }
      author.post(`said ${no}`, { id, by, name: by });
      this.owned.push(id);
      if (own) this.receipts.push({ id, pos: author.pos, no });
    } else if (kind === 3) author.edit(about, `changed ${random.below(100)}`);
    else if (kind === 4) author.erase(about);
    else if (kind === 5) author.react(about, '🌱', random.pick(['ben', 'cleo']) ?? 'ben', random.chance(0.7));
    else author.rename('ben', `Ben ${random.below(5)}`);
  }

  /** Something reaches the device, in whatever way. */
  async deliver(): Promise<void> {
    const { random, author, device } = this;
    const way = random.below(5);
    if (way === 0) await this.catchUp();
    else if (way === 1) await this.receive();
    else if (way === 2 && (await device.db.chains.get(author.chain))) {
      // A socket: documents the device has whole, in any order, some twice.
      const rows = author.log.slice(this.delivered).filter(() => random.chance(0.8));
      for (const row of rows.sort(() => random.next() - 0.5)) {
        if (!device.documents.isWhole(row.document)) continue;
        (await device.documents.open(row.document)).receive(row.update);
      }
      await device.documents.flush();
    } else if (way === 3) author.compact(Math.floor(Math.max(0, author.next - 1) / 1000));
  }

  async receive(): Promise<void> {
    const taken = this.receipts.splice(0, this.random.below(3) + 1);
    const copies = this.random.chance(0.3) ? [...taken, ...taken] : taken;
    await keepReceipts(
      this.device.db,
      copies.map((receipt) => ({ ok: true, ...receipt })),
      (time) => time,
    );
    await this.settle();
  }

  async catchUp(): Promise<void> {
    const { device, author } = this;
    const head = { chain: author.chain, pos: author.pos, next: author.next };
    const wanted = wantedOf(head, await device.db.chains.get(author.chain));
    if (!wanted) return;
    const tools = {
      db: device.db,
      documents: device.documents,
      epoch: () => 'first',
      head: () => head,
      isLive: () => false,
      onClosed: async () => undefined,
      onProgress: async () => undefined,
    };
    await catchUp(tools, [wanted], new AbortController().signal);
    this.delivered = author.log.length;
    await this.settle();
  }

  async settle(): Promise<void> {
    await settleSeen(this.device.db, this.places(), () => false);
  }

  places() {
    const { author } = this;
    const channel = buildChannelPlace({ id: author.channel, next: author.next, pos: author.pos });
    return buildPlaces({ communities: [buildCommunityPlace({ id: garden, pos: author.pos, channels: [channel] })] });
  }

  /** What a person sees, with what waits applied. */
  async shown(): Promise<string[]> {
    const { device, author } = this;
    const chunks = await device.db.chunks.getAll(beginningWith(author.chain));
    const messages = composeMessages({
      channel: author.channel,
      actor: { user: device.account, name: 'Ada', operator: false, system: false },
      places: this.places(),
      overlay: overlayBy(registry),
      chunks,
      rows: await device.db.outbox.getAll(),
      atEnd: true,
      snippets: new Map(),
      memory: createMemory(),
    });
    return messages.map(({ body, reactions }) =>
      [body, ...reactions.map(({ emoji, count }) => `${emoji}${count}`)].join(' '),
    );
  }
}

test.each(Array.from({ length: 40 }, (_, at) => at * 7919 + 1))(
  'P5, C1: whatever order updates and receipts take, the device ends with what the log says (seed %i)',
  async (seed) => {
    const trial = new Trial(seed);
    for (let step = 0; step < 60; step++) {
      await trial.act();
      if (trial.random.chance(0.6)) await trial.deliver();
    }
    while (trial.receipts.length > 0) await trial.receive();
    await trial.catchUp();
    await trial.settle();

    const fresh = new TestDevice();
    const first = Number((await trial.device.db.chains.get(trial.author.chain))?.segments[0]?.n ?? 0);
    for (const { document, update } of trial.author.log) {
      if (Number(document.slice(document.lastIndexOf('/') + 1)) < first) continue;
      (await fresh.documents.open(document)).receive(update);
      fresh.documents.markWhole(document);
    }
    await fresh.documents.flush();
    expect(await trial.device.view(trial.author.chain)).toEqual(await fresh.view(trial.author.chain));
    expect(await trial.device.db.outbox.count()).toBe(0);
    expect((await trial.shown()).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(
      trial.author.bodies(first),
    );
    expect([...trial.device.troubles, ...fresh.troubles]).toEqual([]);
    await trial.device.erase();
    await fresh.erase();
    vi.unstubAllGlobals();
  },
);
