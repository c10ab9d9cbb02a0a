/** The same items, up to `depth` of them made before they are asked for. Stopping early stops the source. */
export async function* ahead<T>(source: AsyncGenerator<T>, depth: number): AsyncGenerator<T> {
  const waiting: Promise<IteratorResult<T>>[] = [];
  const askForOne = () => {
    const next = source.next();
    // Whoever takes it from the queue sees its error; until then nobody listens, which Node would call unhandled.
    next.catch(() => undefined);
    waiting.push(next);
  };
  try {
    for (let n = 0; n < depth; n++) askForOne();
    for (;;) {
      const result = await waiting.shift();
      if (!result || result.done) return;
      askForOne();
      yield result.value;
    }
  } finally {
    await source.return(undefined);
  }
}
