/** The part of npm's own configuration definitions that its published types leave out. */
declare module '@npmcli/config/lib/definitions/index.js' {
  import type { DefinitionsObject, Options, ShortFlags } from '@npmcli/config';

  const npmOptions: {
    definitions: DefinitionsObject;
    shorthands: ShortFlags;
    flatten: NonNullable<Options['flatten']>;
  };
  export default npmOptions;
}
