import { describe, expect, it } from 'vitest';
import { createRegistry } from '#kernel/registry.ts';
import { Batch } from './batch.ts';
import { Partition } from './partition.ts';
import { UnderWay } from './under-way.ts';

const registry = createRegistry([]);

/** A batch of so many commands that changes a partition. */
function batchOf(commands: number, partition = new Partition('community/bakers', 4)): Batch {
  const batch = new Batch(registry);
  batch.tick.posOf(partition);
  for (let count = 0; count < commands; count++) batch.accepted.push([{} as never, null]);
  return batch;
}

/** A database that answers when it is told to. */
function database() {
  const asked: { done: () => void; fail: (error: Error) => void }[] = [];
  const query = () => new Promise<void>((done, fail) => asked.push({ done, fail }));
  return { client: { query } as never, asked };
}

describe('commits under way', () => {
  it('have at most one in line, which is as large as the one before it', () => {
    const { client } = database();
    const underWay = new UnderWay(() => undefined);
    expect(underWay.takes(batchOf(0))).toBe(true);
    underWay.send(client, batchOf(3));
    expect(underWay.takes(batchOf(2))).toBe(false);
    expect(underWay.takes(batchOf(3))).toBe(true);
    underWay.send(client, batchOf(3));
    expect(underWay.takes(batchOf(9))).toBe(false);
  });

  it('are sent one after the other, and are what others are told of once they are durable (C2)', async () => {
    const { client, asked } = database();
    const underWay = new UnderWay(() => undefined);
    const partition = new Partition('community/bakers', 4);
    const first = batchOf(1, partition);
    underWay.send(client, first);
    const next = batchOf(1, partition);
    underWay.send(client, next);
    expect([partition.pos, partition.sent]).toEqual([4, 6]);
    expect(asked).toHaveLength(1);
    asked[0]?.done();
    await expect.poll(() => asked.length).toBe(2);
    expect(underWay.takeDurable().map(({ batch }) => batch)).toEqual([first]);
    expect(partition.pos).toBe(5);
    expect(underWay.waits).toBe(true);
    asked[1]?.done();
    await underWay.over();
    expect(underWay.takeDurable().map(({ batch }) => batch)).toEqual([next]);
    expect(partition.pos).toBe(6);
    expect(underWay.none).toBe(true);
  });

  it('fail with the one before them, unsent, also where they touch nothing that it touches (C4)', async () => {
    const { client, asked } = database();
    const underWay = new UnderWay(() => undefined);
    const [first, second] = [batchOf(1), batchOf(1, new Partition('community/readers', 9))];
    underWay.send(client, first);
    underWay.send(client, second);
    const error = new Error('no room on the disk');
    asked[0]?.fail(error);
    await underWay.over();
    expect(asked).toHaveLength(1);
    expect(underWay.takeDurable()).toEqual([]);
    expect(underWay.failure).toEqual({ error });
    expect(underWay.takeRest().map(({ batch }) => batch)).toEqual([first, second]);
    expect(underWay.none).toBe(true);
  });
});
