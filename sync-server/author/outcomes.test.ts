import { describe, expect, test } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { refuse } from '#kernel/refusals.ts';
import { Outcomes } from './outcomes.ts';

const now = Date.now();

describe('C1: what became of commands', () => {
  test('an accepted command is known by its account and id, to nobody else', () => {
    const outcomes = new Outcomes(now);
    const id = ulid();
    outcomes.accept('Ines', id, 7);
    expect(outcomes.findAccepted('Ines', id)).toBe(7);
    expect(outcomes.findAccepted('Tomás', id)).toBeUndefined();
  });

  test('a refused command is judged anew when it is sent again, and what depends on it meanwhile is told', () => {
    const outcomes = new Outcomes(now);
    const id = ulid();
    outcomes.refuse('Ines', id, refuse('archived'));
    expect(outcomes.findAccepted('Ines', id)).toBeUndefined();
    expect(outcomes.find('Ines', id)).toEqual({ refused: { code: 'archived' } });
    outcomes.accept('Ines', id, 8);
    expect(outcomes.find('Ines', id)).toEqual({ pos: 8 });
  });

  test('after a restart older commands are looked up, new ones are not', () => {
    const outcomes = new Outcomes(now);
    expect(outcomes.mayBeForgotten(ulid(now - 60_000))).toBe(true);
    expect(new Outcomes(now - 60_000).mayBeForgotten(ulid(now))).toBe(false);
  });

  test('the last ones are remembered, and what memory lost is looked up', () => {
    const outcomes = new Outcomes(now - 3_600_000);
    const first = ulid(now);
    outcomes.accept('Ines', first, 1);
    for (let count = 0; count < 100_000; count++) outcomes.accept('Tomás', `id ${count}`, count);
    expect(outcomes.findAccepted('Ines', first)).toBeUndefined();
    expect(outcomes.mayBeForgotten(first)).toBe(true);
    expect(outcomes.findAccepted('Tomás', 'id 99999')).toBe(99_999);
  });
});
