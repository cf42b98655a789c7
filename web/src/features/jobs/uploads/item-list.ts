import type { UploadItem, UploadState } from './upload-item.ts';

export type ItemList = ReturnType<typeof createItemList>;

/** What is on its way, as the pages show it. Never changed in place, so that a page sees that it has changed. */
export function createItemList() {
  let items: readonly UploadItem[] = [];
  const hearers = new Set<() => void>();

  function set(next: readonly UploadItem[]): void {
    items = next;
    for (const hear of hearers) hear();
  }

  return {
    set,

    items: (): readonly UploadItem[] => items,

    inState: (wanted: UploadState): readonly UploadItem[] => items.filter(({ state }) => state === wanted),

    find: (key: string): UploadItem | undefined => items.find((item) => item.key === key),

    change: (key: string, what: Partial<UploadItem>): void =>
      set(items.map((item) => (item.key === key ? { ...item, ...what } : item))),

    /** @returns a function that ends it */
    hear: (onChange: () => void): (() => void) => {
      hearers.add(onChange);
      return () => void hearers.delete(onChange);
    },
  };
}
