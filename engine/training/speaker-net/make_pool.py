"""Step 1: turns a folder of speech into the pool that the net is trained on.

SPEECH holds a folder a speaker, NOISES and ROOMS (optional) hold noises and measured room responses. Each speaker at
each of three speeds becomes a class of its own, with several "recordings" of up to 14 s, all but the first augmented.
Writes POOL.npy (frames x 64, float16) and POOL.json (speaker, speed, version, first frame, frames, sessions).
"""
import argparse
import json
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from augmentation import Augmentation
from front_end import RATE, drop_pauses, log_mel, read_audio

SPEEDS = (1.0, 0.9, 1.1)
AUDIO = {".wav", ".flac", ".mp3", ".ogg"}


def audio_files(folder):
    return sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in AUDIO) if folder else []


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("speech")
    arguments.add_argument("pool")
    arguments.add_argument("--noises")
    arguments.add_argument("--rooms")
    arguments.add_argument("--versions", type=int, default=6)
    arguments.add_argument("--seed", type=int, default=100)
    options = arguments.parse_args()

    speakers = {folder.name: audio_files(folder) for folder in sorted(Path(options.speech).iterdir()) if folder.is_dir()}
    speakers = {name: paths for name, paths in speakers.items() if paths}
    random = np.random.default_rng(options.seed)
    babble = [speakers[name][0] for name in random.permutation(sorted(speakers))[:20]]
    augment = Augmentation(options.seed, audio_files(options.noises), audio_files(options.rooms), babble)

    index, pool, first = [], [], 0
    for name, paths in speakers.items():
        clips = [drop_pauses(read_audio(path)) for path in random.permutation(paths)[:60]]
        clips = [clip / np.sqrt((clip**2).mean() + 1e-12) * 0.06 for clip in clips if len(clip) > 3000]
        seconds = sum(map(len, clips)) / RATE
        if seconds < 3.5:
            continue
        for speed in SPEEDS:
            versions = options.versions if speed == 1 else max(2, options.versions * 2 // 3)
            for version in range(versions):
                recording = np.concatenate([clips[i] for i in random.permutation(len(clips))])[: 14 * RATE]
                recording = recording if speed == 1 else resample_poly(recording, 100, round(speed * 100))
                features = log_mel(augment(recording) if version else recording).astype(np.float16)
                entry = dict(speaker=name, speed=speed, version=version, first=first, frames=len(features))
                index.append({**entry, "several": seconds > 22})
                pool.append(features)
                first += len(features)
    np.save(f"{options.pool}.npy", np.concatenate(pool))
    Path(f"{options.pool}.json").write_text(json.dumps(index))
    print(f"{len(speakers)} speakers, {len(index)} recordings, {first / 360_000:.1f} h")


if __name__ == "__main__":
    main()
