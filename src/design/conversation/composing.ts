type Press = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/**
 * Whether this key press sends. With `mod` held it always does; plain Enter does when the reader chose so and has a keyboard:
 * under the thumb there is no Shift to break a line with.
 */
export function isSendKey(press: Press, sendOn: 'enter' | 'mod+enter', underThumb: boolean): boolean {
  if (press.key !== 'Enter' || press.shiftKey || press.altKey) return false;
  return press.ctrlKey || press.metaKey || (sendOn === 'enter' && !underThumb);
}

/** The files of a paste or a drop; a copied picture that comes with its own text counts as text. */
export function filesOf(transfer: DataTransfer | null): File[] {
  if (!transfer || transfer.types.includes('text/plain')) return [];
  return [...transfer.files];
}
