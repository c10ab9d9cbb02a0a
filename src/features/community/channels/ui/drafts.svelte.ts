import type { ChannelPlace } from '#kernel/places.ts';
import type { Replica } from '#replica/api.ts';

let written = $state.raw<readonly string[]>([]);
/** Asked about already. Not reactive: whoever asks must not be asked again by it. */
const looked: Record<string, true> = {};

/** In which channels something is begun and not sent, for the mark beside their names. The replica keeps the texts. */
export const drafts = {
  has: (channel: string): boolean => written.includes(channel),
  mark(channel: string, text: string): void {
    looked[channel] = true;
    const begun = text.trim() !== '';
    if (written.includes(channel) === begun) return;
    written = begun ? [...written, channel] : written.filter((one) => one !== channel);
  },
  /** Asks once for each channel, when the page has nothing better to do. */
  look(replica: Replica, channels: readonly ChannelPlace[]): void {
    const unknown = channels.map((channel) => channel.id).filter((channel) => !looked[channel]);
    for (const channel of unknown) looked[channel] = true;
    const ask = () => {
      for (const channel of unknown) void replica.draft(channel).then((text) => drafts.mark(channel, text));
    };
    if (unknown.length > 0) setTimeout(ask, 300);
  },
};
