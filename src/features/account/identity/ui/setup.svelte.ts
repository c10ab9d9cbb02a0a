import * as m from '#paraglide/messages.js';
import { isAddress, suggestAddress } from '../address.ts';
import { call, CallRefused, CallUnanswered } from '../call.ts';
import { session } from '../session.svelte.ts';
import type { SignedIn } from '../session.svelte.ts';
import { channelsProblem, communityLimits, emptyDraft, readDraft, setupSteps, writeDraft } from '../setup-draft.ts';
import type { SetupDraft, SetupStep } from '../setup-draft.ts';
import { emailWords, failureWords, nameWords, newPasswordWords } from './words.ts';

type Answer = SignedIn & { community: { id: string; slug: string } | null };

/** The wizard's state: what was filled in, what is wrong with it, and sending it. Kept on the device at every change. */
export class Setup {
  readonly draft: SetupDraft = $state(emptyDraft([]));
  password = $state('');
  /** Steps whose problems are shown: those a person tried to leave. */
  tried = $state<Partial<Record<SetupStep, true>>>({});
  /** `closed`: the token opens nothing. `unknown`: the server could not be asked; it will say in the end. */
  door = $state<'asking' | 'open' | 'closed' | 'unknown'>('asking');
  failure = $state<string>();
  busy = $state(false);

  readonly at = $derived(setupSteps.indexOf(this.draft.step));
  readonly address = $derived(this.draft.address ?? suggestAddress(this.draft.community));

  constructor(tokenInAddress: string | null) {
    const fresh = emptyDraft([
      m.identity_setup_channel_first(),
      m.identity_setup_channel_second(),
      m.identity_setup_channel_third(),
    ]);
    this.draft = readDraft(localStorage, fresh);
    if (tokenInAddress) this.draft.token = tokenInAddress;
    // A reload forgets the password, so a resumed wizard comes back through the first step.
    this.draft.step = 'account';
    if (this.draft.name || this.draft.email) this.resumed = true;
  }

  readonly resumed: boolean = false;

  keep(): void {
    const { token, name, email, community } = this.draft;
    // Somebody who only looked leaves nothing behind.
    if (!token && !name && !email && !community) return;
    writeDraft(localStorage, $state.snapshot(this.draft));
  }

  async askAtDoor(): Promise<void> {
    try {
      const { fits } = await call<{ fits: boolean }>('POST', '/api/setup/check', { token: this.draft.token });
      this.door = fits ? 'open' : 'closed';
    } catch (error) {
      if (!(error instanceof CallUnanswered) && !(error instanceof CallRefused)) throw error;
      this.door = 'unknown';
    }
  }

  /** What is wrong with a step, by field; all undefined when it may be left. */
  problems(step: SetupStep): Record<string, string | undefined> {
    const { draft } = this;
    if (step === 'account') {
      return { name: nameWords(draft.name), email: emailWords(draft.email), password: newPasswordWords(this.password) };
    }
    if (step === 'community')
      return {
        community: this.#communityWords(),
        address: this.#addressWords(),
        description: this.#descriptionWords(),
      };
    if (step === 'channels') return { channels: this.#channelsWords() };
    return {};
  }

  back(): void {
    this.#go(this.at - 1);
  }

  /** Goes on when this step is right; returns false, and shows why, when it is not. */
  next(): boolean {
    const { step } = this.draft;
    this.tried[step] = true;
    if (Object.values(this.problems(step)).some(Boolean)) return false;
    this.#go(this.at + 1);
    return true;
  }

  /** Sends everything. Returns what was made, or undefined after putting the reason into `failure`. */
  async finish(): Promise<Answer | undefined> {
    const wrong = setupSteps.find((step) => Object.values(this.problems(step)).some(Boolean));
    if (wrong) {
      this.tried[wrong] = true;
      this.draft.step = wrong;
      return undefined;
    }
    this.busy = true;
    this.failure = undefined;
    try {
      const answer = await call<Answer>('POST', '/api/setup', this.#wanted());
      session.takeOn(answer);
      writeDraft(localStorage, null);
      return answer;
    } catch (error) {
      if (error instanceof CallRefused && error.refused.code === 'not-found') this.door = 'closed';
      else this.failure = failureWords(error);
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  #wanted() {
    const { token, name, email, community, description, channels, sample } = this.draft;
    return {
      token,
      name: name.trim(),
      email: email.trim(),
      password: this.password,
      community: {
        name: community.trim(),
        ...(this.address ? { slug: this.address } : {}),
        description: description.trim(),
        channels: channels.map((channel) => ({ name: channel.name.trim() })),
      },
      sample,
    };
  }

  #go(index: number): void {
    const step = setupSteps[index];
    if (step) this.draft.step = step;
    this.failure = undefined;
  }

  #communityWords(): string | undefined {
    const { length } = this.draft.community.trim();
    if (length === 0) return m.identity_setup_community_name_empty();
    return length > communityLimits.name
      ? m.identity_setup_community_name_long({ max: communityLimits.name })
      : undefined;
  }

  #addressWords(): string | undefined {
    // A name in another script suggests none: the server then makes one.
    if (this.address === '' && this.draft.address === null) return undefined;
    return isAddress(this.address) ? undefined : m.identity_setup_address_shape();
  }

  #descriptionWords(): string | undefined {
    const tooLong = this.draft.description.trim().length > communityLimits.description;
    return tooLong ? m.identity_setup_description_long({ max: communityLimits.description }) : undefined;
  }

  #channelsWords(): string | undefined {
    const problem = channelsProblem(this.draft.channels);
    if (!problem) return undefined;
    if (problem.kind === 'twice') return m.identity_setup_channel_twice({ name: problem.name });
    if (problem.kind === 'long') return m.identity_setup_channel_long({ max: communityLimits.name });
    return problem.kind === 'none' ? m.identity_setup_channel_none() : m.identity_setup_channel_empty();
  }
}
