import type { Logger } from 'pino';
import { partitionOf, type AnyCommand, type Envelope, type Rules, type Target } from '#kernel/commands.ts';
import type { ReadRecords } from '#kernel/records.ts';
import type { Refusal, Verdict } from '#kernel/refusals.ts';
import type { Registry } from '#kernel/registry.ts';
import { MAX_IN_FLIGHT, type Receipt } from '#kernel/wire.ts';
import { checkMembership, holds } from '#features/community/communities/index.ts';
import { Missing } from '../author/missing.ts';
import type { Author } from '../author/author.ts';
import type { Job } from '../author/job.ts';
import type { Door } from './door.ts';
import type { Limits } from './limits.ts';
import { parseCommand } from './parse.ts';
import { patient, type Screen } from './screen.ts';

export interface GateDependencies {
  registry: Registry;
  author: Author;
  limits: Limits;
  screen?: Screen;
  log: Logger;
  /** Told of every refusal, for counting and for the log of refused attempts. */
  onRefused?: (refused: { account: string; command: string; code: string }) => void;
}

/** Milliseconds of difference between clocks that count as "just now". */
const JUST_NOW = 60_000;

/**
 * The one door for everyone: parse → authenticate → authorise → limit → screen → author. It answers every command exactly
 * once and holds nothing: what may not go on yet is told when to come back.
 */
export class Gate {
  private readonly deps: GateDependencies;
  /** The last step under way per door and target: slow loading or screening of one target delays no other (C3). */
  private readonly chains = new Map<string, Promise<void>>();

  constructor(deps: GateDependencies) {
    this.deps = deps;
  }

  /** @param bytes of the message it came in, where that is known: what is short as a whole has no part that is too long */
  submit(raw: unknown, door: Door, answer: (receipt: Receipt) => void, bytes?: number): void {
    const now = Date.now();
    const parsed = parseCommand(raw, this.deps.registry, door, now, bytes);
    if ('refused' in parsed) return this.refuse(parsed.id, 'unparsed', parsed.refused, door, answer);
    const { envelope, command } = parsed;
    if (door.inFlight >= MAX_IN_FLIGHT)
      return answer({ id: envelope.id, ok: false, wait: { until: now + 500, reason: 'busy' } });
    door.inFlight++;
    const once = (receipt: Receipt) => {
      door.inFlight--;
      answer(receipt);
    };
    const target = command.target(envelope.args as never);
    const chain = `${door.id} ${target.channel ?? target.community ?? target.person ?? ''}`;
    const before = this.chains.size === 0 ? undefined : this.chains.get(chain);
    const step = before
      ? before.then(() => this.judge(envelope, command, target, door, once))
      : this.judge(envelope, command, target, door, once);
    if (!step) return;
    const settled = step.catch((error: unknown) => {
      this.deps.log.error({ err: error, command: envelope.name }, 'the gate failed; the command is asked to come back');
      once({ id: envelope.id, ok: false, wait: { until: Date.now() + 1000, reason: 'database' } });
    });
    this.chains.set(chain, settled);
    void settled.then(() => {
      if (this.chains.get(chain) === settled) this.chains.delete(chain);
    });
  }

  /** For those who wait: a request, a job, an importer. */
  async submitAndWait(raw: unknown, door: Door): Promise<Receipt> {
    return new Promise((resolve) => this.submit(raw, door, resolve));
  }

  /** Undefined when it ran through without having to wait for anything. */
  private judge(
    envelope: Envelope,
    command: AnyCommand,
    target: Target,
    door: Door,
    answer: (receipt: Receipt) => void,
  ): Promise<void> | undefined {
    const partition = partitionOf(target);
    const allow = (records: ReadRecords) => this.authorise(records, command, envelope, target, door);
    // Judged once already, perhaps by rules that its own effect now breaks: it gets the answer it got (C1).
    if (this.deps.author.knows(envelope.account, envelope.id))
      return (this.pass({ envelope, command, partition, door, allow, answer }), undefined);
    const facts = this.deps.author.facts(partition);
    if (facts) {
      try {
        return this.proceed(allow(facts), { envelope, command, target, partition, door, allow, answer });
      } catch (error) {
        if (!(error instanceof Missing)) throw error;
      }
    }
    return this.deps.author
      .read(partition, allow)
      .then((verdict) => this.proceed(verdict, { envelope, command, target, partition, door, allow, answer }));
  }

  private authorise(
    records: ReadRecords,
    command: AnyCommand,
    envelope: Envelope,
    target: Target,
    door: Door,
  ): Verdict {
    const { actor } = door;
    const { community } = target;
    if (community && !command.outsiders && !actor.system) {
      const outside = checkMembership(records, community, actor.user);
      if (outside) return outside;
    }
    const rules: Rules<never> = {
      actor,
      args: envelope.args as never,
      records,
      can: (permission, channel) =>
        actor.system || (community !== undefined && holds(records, community, actor.user, permission, channel)),
      now: Date.now(),
    };
    return command.allow(rules);
  }

  private proceed(
    verdict: Verdict,
    step: {
      envelope: Envelope;
      command: AnyCommand;
      target: Target;
      partition: string;
      door: Door;
      allow: Job['allow'];
      answer: (receipt: Receipt) => void;
    },
  ): Promise<void> | undefined {
    const { envelope, command, target, door, answer } = step;
    // A command that depends on one still under way may be allowed by what that one does: the author judges it in order.
    const undecided = verdict !== undefined && (envelope.after?.length ?? 0) > 0;
    if (verdict && !undecided) return this.refuseUnlessKnown(verdict, step);
    const now = Date.now();
    const { writtenAt: written = now } = writtenAt(envelope, door, now);
    if (command.limit && !door.actor.system) {
      const until = this.deps.limits.charge(door.actor.user, command.limit, written, now);
      if (until !== null) return (answer({ id: envelope.id, ok: false, wait: { until, reason: 'rate' } }), undefined);
    }
    const go = () => this.pass(step);
    const texts = command.texts?.(envelope.args as never) ?? [];
    if (!this.deps.screen || texts.length === 0 || door.actor.system) return (go(), undefined);
    const screened = this.deps.screen({
      texts,
      command: envelope.name,
      community: target.community ?? null,
      author: door.actor.user,
    });
    const decide = (judged: Verdict) => (judged ? this.refuseUnlessKnown(judged, step) : go());
    if (!(screened instanceof Promise)) return decide(screened) ?? undefined;
    return patient(screened, (error) =>
      this.deps.log.warn({ err: error }, 'screening failed; accepted unscreened'),
    ).then(decide);
  }

  /**
   * What was accepted before is not refused for what has changed since (C1). Its id does not say how old it is, since a
   * device whose clock runs ahead makes old commands look new: the receipts are asked, once for each id.
   */
  private refuseUnlessKnown(refused: Refusal, step: Parameters<Gate['pass']>[0]): Promise<void> | undefined {
    const { envelope, door, answer } = step;
    const { author } = this.deps;
    const refuse = () => this.refuse(envelope.id, envelope.name, refused, door, answer);
    if (author.outcomes.find(envelope.account, envelope.id)) return (refuse(), undefined);
    return author.recall(envelope.account, envelope.id).then((known) => (known ? this.pass(step) : refuse()));
  }

  /** On to the author, which answers what it knows and applies what it does not. */
  private pass(step: Pick<Job, 'envelope' | 'command' | 'partition' | 'allow' | 'answer'> & { door: Door }): void {
    const { envelope, command, partition, door, allow, answer } = step;
    const now = Date.now();
    this.deps.author.submit({
      envelope,
      command,
      actor: door.actor,
      partition,
      stamp: { id: envelope.id, actor: door.actor, at: now, ...writtenAt(envelope, door, now) },
      order: `${door.id} ${partition}`,
      allow,
      answer: (receipt) => {
        if ('refused' in receipt) this.count(door, envelope.name, receipt.refused);
        answer(receipt);
      },
    });
  }

  private count(door: Door, command: string, { code }: Refusal): void {
    this.deps.onRefused?.({ account: door.actor.user, command, code });
  }

  private refuse(id: string, command: string, refused: Refusal, door: Door, answer: (receipt: Receipt) => void): void {
    this.count(door, command, refused);
    // What depends on it is refused with it (C4).
    if (id) this.deps.author.outcomes.refuse(door.actor.user, id, refused);
    answer({ id, ok: false, refused });
  }
}

/** The device's own time, inside what the server knows of its absence; nothing for what was written just now (C12). */
function writtenAt(envelope: Envelope, door: Door, now: number): { writtenAt?: number } {
  if (door.actor.system || now - envelope.at < JUST_NOW || envelope.at >= door.openedAt - JUST_NOW) return {};
  if (door.awaySince === null) return {};
  const clamped = Math.min(Math.max(envelope.at, door.awaySince), door.openedAt);
  return now - clamped < JUST_NOW ? {} : { writtenAt: clamped };
}
