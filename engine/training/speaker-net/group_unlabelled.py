"""Step 2b: groups recordings of unknown speakers by a trained net, one folder a group, for use as further speakers.

Only groups of 4 to 24 recordings are kept: smaller ones give no pairs, larger ones are likely to be several people.
"""
import argparse
import shutil
from pathlib import Path

import numpy as np
import torch
from scipy.cluster.hierarchy import fcluster, linkage

from export import load
from front_end import drop_pauses, log_mel, read_audio
from make_pool import audio_files


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("net", help="weights of a mean-free net")
    arguments.add_argument("recordings")
    arguments.add_argument("output")
    arguments.add_argument("--groups", type=int, default=75)
    options = arguments.parse_args()

    net = load(options.net, mean_free=True)
    paths, prints = [], []
    for path in audio_files(options.recordings):
        samples = drop_pauses(read_audio(path))
        if len(samples) < 24_000:
            continue
        with torch.no_grad():
            prints.append(net(torch.from_numpy(log_mel(samples)[None])).numpy()[0])
        paths.append(path)
    prints = np.array(prints)
    prints /= np.linalg.norm(prints, axis=1, keepdims=True)
    groups = fcluster(linkage(prints - prints.mean(0), "average", "cosine"), options.groups, "maxclust")
    for group in np.unique(groups):
        members = [path for path, of in zip(paths, groups) if of == group]
        if not 4 <= len(members) <= 24:
            continue
        folder = Path(options.output) / f"pseudo{group}"
        folder.mkdir(parents=True, exist_ok=True)
        for path in members:
            shutil.copy(path, folder)


if __name__ == "__main__":
    main()
