interface Placing {
  side: 'above' | 'below' | 'end';
  align: 'start' | 'middle' | 'end';
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface Size {
  width: number;
  height: number;
}

/** Between a thing that floats and what it belongs to, and to the window's edge, in px. */
const gap = 6;
const edge = 8;

/** Puts a fixed element beside a box in the window: on the side asked for if it fits there, on the other if not, and inside the window always. */
export function place(floating: HTMLElement, anchor: Box, placing: Placing): void {
  const size = floating.getBoundingClientRect();
  const rightToLeft = getComputedStyle(floating).direction === 'rtl';
  const { x, y } = position(size, anchor, placing, { width: innerWidth, height: innerHeight }, rightToLeft);
  floating.style.left = `${x}px`;
  floating.style.top = `${y}px`;
}

/** Where the top left corner goes, in px from the window's. */
export function position(size: Size, anchor: Box, { side, align }: Placing, view: Size, rightToLeft: boolean): Point {
  const inside = (at: number, length: number, room: number) => Math.max(edge, Math.min(at, room - edge - length));
  if (side === 'end') {
    const x = rightToLeft ? anchor.left - gap - size.width : anchor.right + gap;
    return { x: inside(x, size.width, view.width), y: (anchor.top + anchor.bottom - size.height) / 2 };
  }
  const above = anchor.top - gap - size.height;
  const below = anchor.bottom + gap;
  const fitsAbove = above >= edge;
  const fitsBelow = below + size.height <= view.height - edge;
  const goesAbove = side === 'above' ? fitsAbove || !fitsBelow : !fitsBelow && fitsAbove;
  const atLeft = align === (rightToLeft ? 'end' : 'start');
  const middle = (anchor.left + anchor.right - size.width) / 2;
  const x = align === 'middle' ? middle : atLeft ? anchor.left : anchor.right - size.width;
  return { x: inside(x, size.width, view.width), y: inside(goesAbove ? above : below, size.height, view.height) };
}

interface Point {
  x: number;
  y: number;
}
