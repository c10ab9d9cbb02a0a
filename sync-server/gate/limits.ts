/** How many in how many seconds; all of a rate's windows hold at once. */
export type Rate = readonly (readonly [count: number, seconds: number])[];
export type Rates = Readonly<Record<string, Rate>>;

/** Per person. The figures are the product's own; a community's settings may replace them. */
export const RATES: Rates = {
  messages: [
    [10, 60],
    [100, 3600],
  ],
  reactions: [[30, 60]],
  channels: [[60, 3600]],
  communities: [[10, 3600]],
};

/** People whose charges are remembered; the least recently active are forgotten first. */
const MAX_PEOPLE = 100_000;
/** Charges older than every window that are kept of one person. */
const OLD_CHARGES = 1000;

/**
 * Charges of each person and rate, by the time something was written. A backlog is charged to the time it was written in;
 * what was too fast even then is charged to now, so that it drains at the ordinary pace instead of never.
 */
export class Limits {
  private readonly rates: Rates;
  /** Milliseconds of each rate's longest window. */
  private readonly longest: ReadonlyMap<string, number>;
  private readonly charges = new Map<string, number[]>();

  constructor(rates: Rates = RATES) {
    this.rates = rates;
    this.longest = new Map(
      Object.entries(rates).map(([name, rate]) => [name, Math.max(...rate.map(([, seconds]) => seconds * 1000))]),
    );
  }

  /** @returns null when charged, else the time in milliseconds from which it is worth asking again */
  charge(person: string, name: string, writtenAt: number, now: number): number | null {
    const rate = this.rates[name];
    if (!rate) return null;
    const key = `${person} ${name}`;
    const charges = this.charges.get(key) ?? [];
    this.charges.delete(key);
    this.charges.set(key, charges);
    this.forget(this.longest.get(name) ?? 0, charges, now);
    if (writtenAt < now && freeFrom(rate, charges, writtenAt) === null) {
      insert(charges, writtenAt);
      return null;
    }
    const until = freeFrom(rate, charges, now);
    if (until === null) insert(charges, now);
    return until;
  }

  private forget(longest: number, charges: number[], now: number): void {
    // Old charges matter only while a backlog of that time may still come; some of them are enough to judge it by.
    if (charges.length > OLD_CHARGES && (charges[OLD_CHARGES] ?? now) < now - longest)
      charges.splice(0, firstAfter(charges, now - longest) - OLD_CHARGES);
    if (this.charges.size <= MAX_PEOPLE) return;
    for (const oldest of this.charges.keys()) {
      this.charges.delete(oldest);
      break;
    }
  }
}

/** Null when one more fits at `time`. Charges are in order, so counting them is a search. */
function freeFrom(rate: Rate, charges: readonly number[], time: number): number | null {
  let until: number | null = null;
  const upTo = firstAfter(charges, time);
  for (const [count, seconds] of rate) {
    const window = seconds * 1000;
    if (upTo < count || upTo - firstAfter(charges, time - window) < count) continue;
    until = Math.max(until ?? 0, (charges[upTo - count] ?? time) + window);
  }
  return until;
}

/** The place of the first charge later than `time`. */
function firstAfter(charges: readonly number[], time: number): number {
  let low = 0;
  let high = charges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((charges[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(charges: number[], time: number): void {
  const place = firstAfter(charges, time);
  if (place === charges.length) charges.push(time);
  else charges.splice(place, 0, time);
}
