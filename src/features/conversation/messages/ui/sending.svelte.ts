export type SendKey = 'enter' | 'mod+enter';

const KEY = 'hearth.send';

function kept(): SendKey {
  return typeof localStorage !== 'undefined' && localStorage.getItem(KEY) === 'mod+enter' ? 'mod+enter' : 'enter';
}

let sendOn = $state<SendKey>(kept());

/** Which key sends a message on this device. */
export const sending = {
  get key(): SendKey {
    return sendOn;
  },
  set key(next: SendKey) {
    sendOn = next;
    localStorage.setItem(KEY, next);
  },
};
