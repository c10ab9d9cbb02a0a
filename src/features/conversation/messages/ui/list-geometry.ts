import type { VirtualizerHandle } from 'virtua/svelte';

type Align = 'start' | 'center' | 'end' | 'nearest';

/** What a list is made of at this moment; rows before `split` stand in the virtual list, the others below it, one element each. */
export interface ListParts {
  virtual: VirtualizerHandle;
  split: number;
  tail: HTMLElement | undefined;
}

/** Where the rows of a list in two parts stand, in px from its beginning. Undefined parts: the list is not there. */
export class ListGeometry {
  readonly #parts: () => ListParts | undefined;

  constructor(parts: () => ListParts | undefined) {
    this.#parts = parts;
  }

  /** Where the screen begins. */
  get top(): number {
    return this.#parts()?.virtual.getScrollOffset() ?? 0;
  }

  /** How high the screen is. */
  get height(): number {
    return this.#parts()?.virtual.getViewportSize() ?? 0;
  }

  get bottom(): number {
    return this.top + this.height;
  }

  get size(): number {
    const parts = this.#parts();
    return parts ? this.tailTop + (parts.tail?.offsetHeight ?? 0) : 0;
  }

  get tailTop(): number {
    const parts = this.#parts();
    return parts ? parts.virtual.getItemOffset(parts.split) : 0;
  }

  topOf(index: number): number {
    const parts = this.#parts();
    if (!parts) return 0;
    const row = rowOf(parts, index);
    return row ? this.tailTop + row.offsetTop : parts.virtual.getItemOffset(index);
  }

  bottomOf(index: number): number {
    const parts = this.#parts();
    if (!parts) return 0;
    const row = rowOf(parts, index);
    return this.topOf(index) + (row ? row.offsetHeight : parts.virtual.getItemSize(index));
  }

  /** The row that stands there. */
  indexAt(offset: number): number {
    const parts = this.#parts();
    if (!parts) return -1;
    const below = offset - this.tailTop;
    for (
      let row = parts.tail?.lastElementChild as HTMLElement | null, at = (parts.tail?.children.length ?? 0) - 1;
      row;
    ) {
      if (row.offsetTop <= below) return parts.split + at;
      row = row.previousElementSibling as HTMLElement | null;
      at--;
    }
    return parts.virtual.findItemIndex(offset);
  }

  /** The last row whose end is on the screen or above it, or -1. */
  get lastWhole(): number {
    if (!this.#parts()) return -1;
    const index = this.indexAt(this.bottom);
    return this.bottomOf(index) <= this.bottom + 2 ? index : index - 1;
  }

  /** Goes to a row, again and again until what is above it is measured. */
  scrollTo(index: number, align: Align, offset = 0): void {
    const parts = this.#parts();
    if (!parts) return;
    const row = rowOf(parts, index);
    if (!row) return parts.virtual.scrollToIndex(index, { align, offset });
    const way = align === 'nearest' ? this.#nearest(index) : align;
    if (way === undefined) return;
    const spare =
      way === 'end' ? 0 : way === 'center' ? (this.height - row.offsetHeight) / 2 : this.height - row.offsetHeight;
    // The end of the history is what the virtual list can find by itself.
    const behind = row.offsetTop + row.offsetHeight;
    parts.virtual.scrollToIndex(parts.split - 1, { align: 'end', offset: behind + spare + offset });
  }

  #nearest(index: number): 'start' | 'end' | undefined {
    if (this.topOf(index) < this.top) return 'start';
    return this.bottomOf(index) > this.bottom ? 'end' : undefined;
  }
}

const rowOf = ({ tail, split }: ListParts, index: number): HTMLElement | undefined =>
  tail?.children[index - split] as HTMLElement | undefined;
