/** Takes away the pictures that stood there before the app did: what they showed is on the screen, or something else has to be. */
export function removeStills(): void {
  for (const still of document.querySelectorAll('[data-still]')) still.remove();
}
