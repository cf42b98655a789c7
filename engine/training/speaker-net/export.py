"""Step 3: two trained nets and their backend as one ONNX file.

In: logmel (batch x frames x 64). Out: emb, both nets' prints, each of length 1; and z = (emb - mean) P, in which one
voice scatters with unit variance and voices differ by the variances written beside the model.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from net import SpeakerNet
from pool import Pool

DIMENSIONS, CROP_FRAMES, SHRINKAGE = 60, 150, 0.02


def load(path, mean_free):
    net = SpeakerNet(mean_free)
    net.load_state_dict(torch.load(path))
    return net.eval()


class Model(torch.nn.Module):
    def __init__(self, nets, mean, projection):
        super().__init__()
        self.nets = torch.nn.ModuleList(nets)
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("projection", torch.tensor(projection, dtype=torch.float32))

    def prints(self, log_mel):
        parts = [net(log_mel) for net in self.nets]
        return torch.cat([part / part.pow(2).sum(1, keepdim=True).sqrt() for part in parts], 1)

    def forward(self, log_mel):
        prints = self.prints(log_mel)
        return prints, (prints - self.mean) @ self.projection


def scatter(prints, keys):
    """Covariance within groups, the groups' means, and the mean size of a group."""
    _, group = np.unique(keys, return_inverse=True)
    sizes = np.bincount(group)
    means = np.zeros((len(sizes), prints.shape[1]))
    np.add.at(means, group, prints)
    means /= sizes[:, None]
    rest = prints - means[group]
    return rest.T @ rest / (len(prints) - len(sizes)), means, sizes.mean()


def backend(nets, pool):
    """Two-covariance backend: scatter within a recording from held-out speakers, between speakers half from each."""
    entries = [
        entry
        for entry in pool.index
        if entry["speed"] == 1 and (entry["speaker"] in pool.held_out or entry["version"] in (0, 2))
    ]
    rows = [(crop, entry, number) for number, entry in enumerate(entries) for crop in pool.crops(entry, CROP_FRAMES)]
    model = Model(nets, np.zeros(256), np.eye(256))
    with torch.no_grad():
        prints = np.concatenate(
            [
                model.prints(torch.from_numpy(np.stack([crop for crop, _, _ in rows[i : i + 128]]))).numpy()
                for i in range(0, len(rows), 128)
            ]
        ).astype(np.float64)
    speaker = np.array([entry["speaker"] for _, entry, _ in rows])
    recording = np.array([number for _, _, number in rows])
    unseen = np.array([entry["speaker"] in pool.held_out for _, entry, _ in rows])
    clean = np.array([entry["version"] == 0 for _, entry, _ in rows])

    within, _, _ = scatter(prints[unseen], recording[unseen])
    within += SHRINKAGE * np.trace(within) / len(within) * np.eye(len(within))

    def between(chosen):
        noise, means, size = scatter(prints[chosen], speaker[chosen])
        return np.cov(means.T) - noise / size * 2  # crops of one recording are not independent

    unseen_between, seen_between = between(unseen & clean), between(~unseen & clean)
    inverse = np.linalg.inv(within)
    scale = np.trace(inverse @ unseen_between) / np.trace(inverse @ seen_between)
    whiten = np.linalg.inv(np.linalg.cholesky(within))
    values, vectors = np.linalg.eigh(whiten @ (0.5 * unseen_between + 0.5 * scale * seen_between) @ whiten.T)
    kept = min(DIMENSIONS, int((values > 0.05).sum()))
    return prints[clean].mean(0), (whiten.T @ vectors[:, ::-1])[:, :kept], values[::-1][:kept]


def halve_weights(path):
    """Stores large weights as 16-bit floats, cast back when the model is loaded: half the size."""
    model = onnx.load(path)
    casts = []
    for tensor in list(model.graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < 1000:
            continue
        model.graph.initializer.remove(tensor)
        model.graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), f"{tensor.name}_half"))
        casts.append(helper.make_node("Cast", [f"{tensor.name}_half"], [tensor.name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("raw_net")
    arguments.add_argument("mean_free_net")
    arguments.add_argument("output", help="path of the .onnx file; the .json is written beside it")
    arguments.add_argument("pools", nargs="+")
    options = arguments.parse_args()

    nets = [load(options.raw_net, mean_free=False), load(options.mean_free_net, mean_free=True)]
    mean, projection, variances = backend(nets, Pool(options.pools))
    torch.onnx.export(
        Model(nets, mean, projection).eval(),
        torch.randn(2, CROP_FRAMES, 64),
        options.output,
        input_names=["logmel"],
        output_names=["emb", "z"],
        dynamic_axes={"logmel": {0: "b", 1: "t"}, "emb": {0: "b"}, "z": {0: "b"}},
        opset_version=13,
    )
    halve_weights(options.output)
    description = {"dimensions": len(variances), "betweenVariances": [round(float(v), 6) for v in variances]}
    Path(options.output).with_suffix(".json").write_text(json.dumps(description, indent=2))


if __name__ == "__main__":
    main()
