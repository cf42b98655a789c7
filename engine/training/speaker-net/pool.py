"""Reads pools of recordings, and which speakers are held out of training."""
import json
from pathlib import Path

import numpy as np


class Pool:
    def __init__(self, paths):
        self.frames, self.index = [], []
        for number, path in enumerate(paths):
            self.frames.append(np.load(f"{path}.npy", mmap_mode="r"))
            self.index += [{**entry, "pool": number} for entry in json.loads(Path(f"{path}.json").read_text())]
        names = sorted({entry["speaker"] for entry in self.index if not entry["speaker"].startswith("pseudo")})
        self.held_out = set(np.random.default_rng(5).choice(names, max(2, len(names) // 9), replace=False))

    def read(self, entry, start=0, count=None):
        """Frames of one recording as float32."""
        first = entry["first"] + start
        count = entry["frames"] - start if count is None else count
        return np.array(self.frames[entry["pool"]][first : first + count], np.float32)

    def crops(self, entry, length):
        """Crops of `length` frames, one after another."""
        return [self.read(entry, start, length) for start in range(0, entry["frames"] - length + 1, length)]
