/** Where a reader was in a channel: the topmost message, and how far it was scrolled past, in px. */
export interface PlaceLeft {
  no: number;
  offset: number;
}

const places = new Map<string, PlaceLeft>();

/** Where somebody was when they left a channel, for as long as the page lives; undefined when they were at its newest. */
export const placeLeft = (channel: string): PlaceLeft | undefined => places.get(channel);

export function leavePlace(channel: string, place: PlaceLeft | null): void {
  if (place) places.set(channel, place);
  else places.delete(channel);
}
