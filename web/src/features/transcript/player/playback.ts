import { useSyncExternalStore } from 'react';

/** How far a press of a button or of a key goes. */
export const SKIP_SECONDS = 3;
export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const;

export type Playback = ReturnType<typeof createPlayback>;

/**
 * The playing of a recording, for everything on the page that shows or moves it. While it plays its listeners are told
 * at every frame; each shows only what has changed for it.
 */
export function createPlayback({ startSeconds }: { startSeconds: number }) {
  let audio: HTMLAudioElement | null = null;
  let frame = 0;
  let isBroken = false;
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const tick = (): void => {
    tell();
    frame = requestAnimationFrame(tick);
  };
  const update = (): void => {
    cancelAnimationFrame(frame);
    if (audio && !audio.paused) tick();
    else tell();
  };
  const fail = (): void => {
    isBroken = true;
    update();
  };

  function play(): void {
    // Where it cannot be played the element says so by an event of its own; who pauses at once interrupts it.
    void audio?.play().catch(() => undefined);
  }

  function seek(seconds: number): void {
    if (!audio) return;
    const end = Number.isFinite(audio.duration) ? audio.duration : Infinity;
    audio.currentTime = Math.max(0, Math.min(seconds, end));
    tell();
  }

  return {
    /** To be given to the `audio` element as its `ref`. */
    attach: (element: HTMLAudioElement): (() => void) => {
      audio = element;
      audio.currentTime = startSeconds;
      const events = ['play', 'pause', 'seeked', 'timeupdate', 'ratechange', 'ended'];
      for (const event of events) element.addEventListener(event, update);
      element.addEventListener('error', fail);
      return () => {
        for (const event of events) element.removeEventListener(event, update);
        element.removeEventListener('error', fail);
        cancelAnimationFrame(frame);
        element.pause();
        audio = null;
      };
    },

    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    audio: (): HTMLAudioElement | null => audio,
    seconds: (): number => audio?.currentTime ?? startSeconds,
    isPlaying: (): boolean => audio !== null && !audio.paused,
    speed: (): number => audio?.playbackRate ?? 1,
    /** Whether the browser has found that it cannot play it. */
    isBroken: (): boolean => isBroken,

    seek,
    skip: (seconds: number): void => seek((audio?.currentTime ?? 0) + seconds),
    play,
    playFrom: (seconds: number): void => {
      seek(seconds);
      play();
    },
    toggle: (): void => {
      if (audio?.paused === false) audio.pause();
      else play();
    },
    setSpeed: (speed: number): void => {
      if (audio) audio.playbackRate = speed;
    },
    /** To the next speed there is, up (1) or down (-1). */
    changeSpeed: (direction: 1 | -1): void => {
      const next = SPEEDS[SPEEDS.findIndex((speed) => speed === audio?.playbackRate) + direction];
      if (audio && next !== undefined) audio.playbackRate = next;
    },
  };
}

/** What `select` makes of the playing; the component is rendered again only when that has changed. */
export const usePlayback = <Value extends string | number | boolean>(
  playback: Playback,
  select: (playback: Playback) => Value,
): Value => useSyncExternalStore(playback.subscribe, () => select(playback));
