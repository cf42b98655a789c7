/** Where people find this service: what links in mails begin with. */
export interface PublicUrl {
  /** The address of a page, by its path and its query. */
  page(path: `/${string}`, query?: Readonly<Record<string, string>>): string;
  readonly origin: string;
  /** Says where the server listens, which is the address unless the operator has set another. */
  listensAt(url: string): void;
}

/** @param setting the operator's word; without it the address is known once the server listens */
export function createPublicUrl(setting: string | undefined): PublicUrl {
  let origin = setting;
  const known = (): string => {
    if (origin === undefined) throw new Error('Nobody has said yet where this service listens.');
    return origin;
  };
  return {
    get origin() {
      return known();
    },
    page: (path, query = {}) => {
      const url = new URL(path, known());
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url.href;
    },
    listensAt(url) {
      origin ??= new URL(url).origin;
    },
  };
}
