/**
 * Edits of a transcript, as the service and the browser both understand them: an overlay over an original that stays as
 * it is. Nothing here does I/O or changes an argument; undo is to take the former overlay.
 */
export { applyEdits, turnsOf, type EditedSegment, type EditedWord } from './apply-edits.ts';
export {
  fromColumns,
  toColumns,
  type Original,
  type OriginalColumns,
  type OriginalSegment,
  type OriginalWord,
} from './original.ts';
export {
  EDIT_LIMITS,
  NO_EDITS,
  type Overlay,
  type PlaceRange,
  type TextEdit,
  type VoiceEdit,
} from './overlay.ts';
export { replaceText } from './replace-text.ts';
export { textOf } from './spacing.ts';
export {
  giveSegmentsTo,
  giveWordsTo,
  labelOf,
  mergeSpeakers,
  newSpeaker,
  renameSpeaker,
  speakersOf,
  type EditedSpeaker,
} from './speakers.ts';
export { leftOut, restoreAll, restoreSuppressed, type LeftOut } from './suppressed.ts';
