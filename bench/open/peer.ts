import { IndexeddbPersistence } from 'y-indexeddb';
import * as Y from 'yjs';

// The usual way: one Yjs document of everything, kept by y-indexeddb, and a page that paints its last fifty messages.

interface Message {
  id: string;
  author: string;
  at: number;
  body: string;
}

const SHOWN = 50;
const doc = new Y.Doc();
const messages = doc.getArray<Message>('messages');
const persistence = new IndexeddbPersistence('everything', doc);
await persistence.whenSynced;

if (location.search === '?fill') await fill();
else paint(messages.slice(Math.max(0, messages.length - SHOWN)));

function paint(last: Message[]): void {
  const list = document.createElement('ol');
  for (const { id, author, at, body } of last) {
    const item = document.createElement('li');
    item.id = `message-${id}`;
    const name = document.createElement('b');
    name.textContent = author;
    const time = document.createElement('time');
    time.textContent = new Date(at).toLocaleTimeString();
    const text = document.createElement('p');
    text.textContent = body;
    item.append(name, time, text);
    list.append(item);
  }
  document.body.append(list);
  list.lastElementChild?.scrollIntoView();
}

/** One writer and large transactions: the best case for the document. */
async function fill(): Promise<void> {
  const all = (await (await fetch('/messages.json')).json()) as Message[];
  for (let from = 0; from < all.length; from += 1_000) messages.push(all.slice(from, from + 1_000));
  // A transaction begins when those before it have ended: what the browser had not written yet would be lost with the page.
  await new Promise((resolve, reject) => {
    const last = persistence.db!.transaction('updates', 'readwrite', { durability: 'strict' });
    last.oncomplete = resolve;
    last.onerror = reject;
    last.objectStore('updates').count();
  });
  await persistence.destroy();
  await navigator.serviceWorker.register('/worker.js');
  await navigator.serviceWorker.ready;
  document.title = 'filled';
}
