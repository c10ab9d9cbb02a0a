import { createContext } from 'svelte';
import { toast } from '#design/toast/toast.ts';
import type { ChannelPlace, CommunityPlace } from '#kernel/places.ts';
import { OutboxFull, type ChannelView, type Replica, type ViewMessage } from '#replica/api.ts';
import * as m from '#paraglide/messages.js';
import { channelAddress } from '#features/community/communities/ui/index.ts';
import { deleteWithUndo, isBeingDeleted } from './deletions.svelte.ts';

/** One channel on the screen: what is being answered or changed in it, and what may be done to its messages. */
export class Conversation {
  readonly replica: Replica;
  readonly view: ChannelView;
  readonly #where: () => { community: CommunityPlace; channel: ChannelPlace };
  answering = $state.raw<ViewMessage | null>(null);
  editing = $state.raw<ViewMessage | null>(null);
  /** The message a link led to, for a moment. */
  marked = $state.raw<string | null>(null);
  /** Whether the keyboard is among the messages, for the hint of its keys. */
  walked = $state(false);
  /** Set by the list and the composer: how to get to a message, and to where one writes. */
  goTo: (no: number) => Promise<void> = async () => undefined;
  goToEnd: () => Promise<void> = async () => undefined;
  write: () => void = () => undefined;
  /** Set by the list: puts the focus on the message where the keyboard was last, or on the newest. */
  walk: () => void = () => undefined;

  /** What the view shows but for what is about to be deleted. */
  readonly messages: readonly ViewMessage[] = $derived.by(() => {
    const all = this.view.messages;
    return all.some(({ id }) => isBeingDeleted(id)) ? all.filter(({ id }) => !isBeingDeleted(id)) : all;
  });

  constructor(replica: Replica, view: ChannelView, where: () => { community: CommunityPlace; channel: ChannelPlace }) {
    this.replica = replica;
    this.view = view;
    this.#where = where;
  }

  get community(): CommunityPlace {
    return this.#where().community;
  }

  get channel(): ChannelPlace {
    return this.#where().channel;
  }

  /** What commands on this channel are about. */
  get place(): { community: string; channel: string } {
    return { community: this.community.id, channel: this.channel.id };
  }

  reply(message: ViewMessage): void {
    this.editing = null;
    this.answering = message;
    this.write();
  }

  edit(message: ViewMessage): void {
    this.answering = null;
    this.editing = message;
    this.write();
  }

  editLast(): void {
    const last = this.messages.findLast((message) => this.mayEdit(message));
    if (last) this.edit(last);
  }

  mayEdit(message: ViewMessage): boolean {
    if (!message.mine) return false;
    return (
      message.no === null ||
      !this.replica.judge('message.edit', { ...this.place, message: message.id, body: message.body })
    );
  }

  mayDelete(message: ViewMessage): boolean {
    if (message.no === null) return message.command !== undefined;
    return !this.replica.judge('message.delete', { ...this.place, message: message.id });
  }

  get mayReact(): boolean {
    const role = this.community.permissions.includes('messages.react');
    return role && !this.channel.archived && !this.community.archived;
  }

  delete(message: ViewMessage): void {
    if (message.no === null && message.command) void this.replica.outbox.withdraw(message.command);
    else deleteWithUndo(this.replica, this.place, message.id);
  }

  async react(message: ViewMessage, emoji: string): Promise<void> {
    const mine = message.reactions.some((reaction) => reaction.emoji === emoji && reaction.mine);
    await this.send(mine ? 'reaction.remove' : 'reaction.add', { message: message.id, emoji });
  }

  /** Puts a command on this channel into the outbox; when the device is full says so, and the answer is false. */
  async send(name: string, args: Record<string, unknown>): Promise<boolean> {
    try {
      await this.replica.submit(name, { ...this.place, ...args });
      return true;
    } catch (error) {
      if (!(error instanceof OutboxFull)) throw error;
      void toast(m.messages_full());
      return false;
    }
  }

  async copyText(message: ViewMessage): Promise<void> {
    await navigator.clipboard.writeText(message.body);
    void toast(m.messages_text_copied());
  }

  async copyLink(message: ViewMessage): Promise<void> {
    await navigator.clipboard.writeText(location.origin + channelAddress(this.community, this.channel.id, message.no));
    void toast(m.messages_link_copied());
  }
}

export const [getConversation, setConversation] = createContext<Conversation>();
