import { readDataFolder } from '../references/data-folder.ts';

/**
 * The recordings of a folder to make long ones of: conversations first, for they make the speakers' part of the work
 * what it is in earnest.
 */
export function talksThenClips(folder: string): string[] {
  const { clips, conversations } = readDataFolder(folder);
  const talks = conversations.filter(({ lines }) => lines !== undefined);
  const english = clips.filter(({ language }) => language === 'en');
  const sources = [...talks, ...english].map(({ path }) => path);
  if (sources.length === 0) throw new Error(`${folder} holds no talks and no English clips.`);
  return sources;
}
