import { afterEach, describe, expect, test, vi } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { refuse } from '#kernel/refusals.ts';
import { Outcomes } from './outcomes.ts';

const now = Date.now();

afterEach(() => void vi.useRealTimers());

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

  test('what came late, behind newer ones of its account, is remembered like them', () => {
    const outcomes = new Outcomes(now);
    const [early, late] = [ulid(now), ulid(now + 5)];
    outcomes.accept('Ines', late, 1);
    expect(outcomes.findAccepted('Ines', early)).toBeUndefined();
    outcomes.accept('Ines', early, 2);
    expect(outcomes.findAccepted('Ines', early)).toBe(2);
    expect(outcomes.findAccepted('Ines', late)).toBe(1);
  });

  test('new ones are not looked up either while 25,000 a second are accepted', () => {
    vi.useFakeTimers({ now });
    const outcomes = new Outcomes(now - 60_000);
    let lookedUp = 0;
    for (let count = 0; count < 300_000; count++) {
      if (count % 25 === 0) vi.setSystemTime(now + count / 25);
      if (count % 2_500 === 0 && outcomes.mayBeForgotten(ulid(Date.now()))) lookedUp++;
      outcomes.accept('Ines', `id ${count}`, count);
    }
    expect(lookedUp).toBe(0);
  });
});
