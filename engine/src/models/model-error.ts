/**
 * - `unknown`: the catalogue has no such model
 * - `not-installed`: it has to be installed first
 * - `terms`: its licence has to be accepted first
 * - `no-language`: none that is installed knows the language
 * - `unreachable`: its source could not be reached or would not give it
 * - `altered`: what arrived is not the file the catalogue names
 * - `unwritable`: the store's folder cannot be written
 */
export type ModelFault =
  'unknown' | 'not-installed' | 'terms' | 'no-language' | 'unreachable' | 'altered' | 'unwritable';

/** A model that cannot be had. The message is one sentence that tells a person what to do. */
export class ModelError extends Error {
  readonly fault: ModelFault;

  constructor(fault: ModelFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelError';
    this.fault = fault;
  }
}
