"""Step 2: trains one net on the pools: additive angular margin softmax plus angular prototypical loss.

Training is bounded by minutes, so weights differ a little from run to run and machine to machine.
"""
import argparse
import math
import time

import numpy as np
import torch
from torch.nn import functional as F

from front_end import BANDS
from net import SpeakerNet
from pool import Pool

SCALE, MARGIN, CLASSES_A_BATCH = 24.0, 0.2, 32
MEL = lambda hz: 2595 * np.log10(1 + hz / 700)
HZ = lambda mel: 700 * (10 ** (mel / 2595) - 1)
CENTRES = np.linspace(MEL(60), MEL(7600), BANDS + 2)[1:-1]


def warp(features, factor):
    """Stretches the frequency axis, as a longer or shorter vocal tract would."""
    at = np.interp(MEL(np.clip(HZ(CENTRES) * factor, 60, 7600)), CENTRES, np.arange(BANDS))
    low = np.clip(np.floor(at).astype(int), 0, BANDS - 2)
    share = (at - low).astype(np.float32)
    return features[:, low] * (1 - share) + features[:, low + 1] * share


class Batches:
    """Draws batches: two crops, from different recordings, of each of 32 classes."""

    def __init__(self, pool, with_warped, seed):
        self.pool, self.random = pool, np.random.default_rng(seed)
        classes = {}
        for entry in pool.index:
            if entry["speaker"] in pool.held_out or entry["frames"] < 120:
                continue
            classes.setdefault((entry["speaker"], entry["speed"], 1.0), []).append(entry)
            if with_warped and entry["speed"] == 1:
                for factor in (0.92, 1.09):
                    classes.setdefault((entry["speaker"], 1.0, factor), []).append(entry)
        self.classes = sorted((key, entries) for key, entries in classes.items() if len(entries) > 1)
        weights = np.array([1.5 if key[1:] == (1.0, 1.0) else 1.0 for key, _ in self.classes])
        self.weights = weights / weights.sum()

    def draw(self):
        length = int(self.random.choice([100, 125, 150, 200, 250], p=[0.15, 0.25, 0.25, 0.25, 0.1]))
        chosen = self.random.choice(len(self.classes), CLASSES_A_BATCH, replace=False, p=self.weights)
        crops = []
        for number in chosen:
            (_, _, factor), entries = self.classes[number]
            for i in self.random.choice(len(entries), 2, replace=False):
                crops.append(self.crop(entries[i], length, factor))
        return torch.from_numpy(np.stack(crops)), torch.from_numpy(np.repeat(chosen, 2))

    def crop(self, entry, length, factor):
        r = self.random
        if entry["frames"] <= length:
            x = np.resize(self.pool.read(entry), (length, BANDS))
        else:
            x = self.pool.read(entry, int(r.integers(entry["frames"] - length + 1)), length)
        if factor != 1:
            x = warp(x, factor)
        if r.random() < 0.5:  # another microphone
            curve = np.cumsum(r.normal(0, r.uniform(0.1, 0.7), 9))
            x = x + np.interp(np.arange(BANDS), np.linspace(0, BANDS - 1, 9), curve - curve.mean()).astype(np.float32)
        if r.random() < 0.5:  # a lost band
            width = r.integers(1, 9)
            start = r.integers(BANDS - width)
            x[:, start : start + width] = x[:, start : start + width].mean()
        if r.random() < 0.4:  # a lost moment
            width = r.integers(3, 20)
            start = r.integers(length - width)
            x[start : start + width] = x.mean(0)
        return x


def equal_error_rate(prints, speakers, recordings):
    """Per cent, over pairs of crops from different recordings."""
    prints = prints / np.linalg.norm(prints, axis=1, keepdims=True)
    i, j = np.triu_indices(len(prints), 1)
    other = recordings[i] != recordings[j]
    scores, same = (prints @ prints.T)[i, j][other], (speakers[i] == speakers[j])[other]
    same = same[np.argsort(-scores)]
    rejected, accepted = 1 - np.cumsum(same) / same.sum(), np.cumsum(~same) / (~same).sum()
    at = np.argmin(np.abs(rejected - accepted))
    return (rejected[at] + accepted[at]) / 2 * 100


def validate(net, pool):
    rows = [
        (crop, entry["speaker"], number)
        for number, entry in enumerate(pool.index)
        if entry["speaker"] in pool.held_out and entry["speed"] == 1 and entry["version"] > 0
        for crop in pool.crops(entry, 200)
    ]
    crops, speakers, recordings = zip(*rows)
    net.eval()
    with torch.no_grad():
        parts = [net(torch.from_numpy(np.stack(crops[i : i + 128]))) for i in range(0, len(crops), 128)]
    net.train()
    prints = torch.cat(parts).numpy()
    return equal_error_rate(prints - prints.mean(0), np.array(speakers), np.array(recordings))


def keep_if_better(net, pool, best, path):
    error = validate(net, pool)
    print(f"equal error rate of unseen speakers {error:.2f} %", flush=True)
    if error < best:
        torch.save(net.state_dict(), path)
    return min(best, error)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("output")
    arguments.add_argument("pools", nargs="+")
    arguments.add_argument("--mean-free", action="store_true")
    arguments.add_argument("--warped", action="store_true", help="frequency-warped copies as further classes")
    arguments.add_argument("--minutes", type=float, default=15)
    arguments.add_argument("--rate", type=float, default=3e-3)
    arguments.add_argument("--start", help="weights to go on from")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()

    torch.manual_seed(options.seed)
    pool = Pool(options.pools)
    batches = Batches(pool, options.warped, options.seed)
    net = SpeakerNet(options.mean_free)
    sample = np.concatenate([pool.read(entries[0])[:200] for _, entries in batches.classes])
    net.gm.copy_(torch.tensor(sample.mean(0) - sample.mean()))
    net.gs.copy_(torch.tensor([1 / float((sample - sample.mean(0)).std())]))
    if options.start:
        net.load_state_dict(torch.load(options.start))
    centres = torch.nn.Parameter(torch.randn(len(batches.classes), 128) * 0.1)
    affine = torch.nn.Parameter(torch.tensor([10.0, -2.0]))
    optimiser = torch.optim.AdamW([{"params": [*net.parameters(), centres], "weight_decay": 2e-3}], lr=options.rate)
    optimiser.add_param_group({"params": [affine], "weight_decay": 0})

    started = checked = time.time()
    best, step = 100.0, 0
    while (progress := (time.time() - started) / (options.minutes * 60)) < 1:
        step += 1
        rate = options.rate * min(1, step / 60) * (0.5 * (1 + math.cos(math.pi * progress)) + 0.005)
        for group in optimiser.param_groups:
            group["lr"] = rate
        crops, labels = batches.draw()
        prints = F.normalize(net(crops))
        cosine = prints @ F.normalize(centres).t()
        angle = torch.acos(cosine.clamp(-1 + 1e-6, 1 - 1e-6)) + MARGIN * min(1, progress / 0.4)
        own = F.one_hot(labels, len(batches.classes)).bool()
        logits = SCALE * torch.where(own, torch.cos(angle.clamp(max=math.pi)), cosine)
        pairs = prints[0::2] @ prints[1::2].t() * affine[0].clamp(min=1) + affine[1]
        loss = F.cross_entropy(logits, labels, label_smoothing=0.05) + F.cross_entropy(pairs, torch.arange(len(pairs)))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        if time.time() - checked > 60:
            checked, best = time.time(), keep_if_better(net, pool, best, options.output)
            print(f"step {step}: loss {loss.item():.2f}", flush=True)
    keep_if_better(net, pool, best, options.output)


if __name__ == "__main__":
    main()
