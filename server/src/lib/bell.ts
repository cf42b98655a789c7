/** For one who waits until there is something to do. A ring while he is busy is not lost: he hears it when he is back. */
export function createBell() {
  let rung = Promise.withResolvers<boolean>();
  return {
    ring: (): void => rung.resolve(true),

    /** Waits for the first ring since the last one heard; false when `withinMs` were over before it came. */
    heard: async (withinMs?: number): Promise<boolean> => {
      const timer = withinMs === undefined ? undefined : setTimeout(() => rung.resolve(false), withinMs);
      const isRung = await rung.promise;
      clearTimeout(timer);
      rung = Promise.withResolvers();
      return isRung;
    },
  };
}
