export interface WindowShape {
  /** Rows came or went at the start: the list keeps its place from its end. */
  shift: boolean;
  /** Rises when nothing of the former window is left: the list begins anew. */
  generation: number;
}

/** Tells, window by window, how the rows of a list changed: by their ids, oldest first. */
export function createListWindow(): (ids: readonly string[]) => WindowShape {
  let before: readonly string[] = [];
  let shape: WindowShape = { shift: false, generation: 0 };

  return (ids) => {
    const first = ids[0];
    const formerFirst = before[0];
    if (first === undefined || formerFirst === undefined || first === formerFirst) {
      shape = { ...shape, shift: false };
    } else if (ids.includes(formerFirst) || before.includes(first)) {
      shape = { ...shape, shift: true };
    } else {
      shape = { shift: false, generation: shape.generation + 1 };
    }
    before = ids;
    return shape;
  };
}
