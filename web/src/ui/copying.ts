import { copyText } from '../lib/clipboard.ts';
import { tell, tellTrouble } from './notices.ts';

/** Copies a text, and says in a corner that it was. */
export async function copyAndTell(text: string, said: string): Promise<void> {
  await copyText(text).then(
    () => tell(said),
    () => tellTrouble('Your browser did not allow to copy. Select the text and copy it by hand.'),
  );
}
