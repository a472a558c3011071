"""Trains the scene network on the CPU and measures it on seeds 10000-10199.

The training seeds start at 100000. With --local it trains the baseline of
small receptive field in the same way and writes no weights.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from generate import SIZE, scene
from model import DeepLab, LocalNet, count_macs, count_parameters, normalize
from score import confusion, report

HERE = Path(__file__).parent
TRAINING_START = 100000
EVALUATION = range(10000, 10200)


def draw(seeds):
    """Pictures and labels of the seeds as two uint8 arrays."""
    pictures = np.empty((len(seeds), SIZE, SIZE, 3), np.uint8)
    labels = np.empty((len(seeds), SIZE, SIZE), np.uint8)
    for i, seed in enumerate(seeds):
        pictures[i], labels[i] = scene(seed)
    return torch.from_numpy(pictures), torch.from_numpy(labels)


def cached_scenes(count, cache):
    """The training scenes, drawn once and kept in the folder `cache`."""
    path = cache / f"scenes-{TRAINING_START}-{count}.npz"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        pictures, labels = draw(range(TRAINING_START, TRAINING_START + count))
        np.savez(path, pictures=pictures.numpy(), labels=labels.numpy())
    with np.load(path) as stored:
        return torch.from_numpy(stored["pictures"]), torch.from_numpy(stored["labels"])


def turn(pictures, labels):
    """One of the eight flips and quarter turns, the same for the whole batch."""
    quarters, mirror = int(torch.randint(4, ())), bool(torch.randint(2, ()))
    pictures, labels = (torch.rot90(t, quarters, (1, 2)) for t in (pictures, labels))
    return (pictures.flip(2), labels.flip(2)) if mirror else (pictures, labels)


def train(net, pictures, labels, epochs, batch, rate):
    """AdamW, one cycle of the learning rate; returns the network averaged over the last half."""
    net.train().to(memory_format=torch.channels_last)
    steps = epochs * (len(pictures) // batch)
    average = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(0.998), use_buffers=True)
    optimizer = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=steps, pct_start=0.1, cycle_momentum=False)
    start, running = time.time(), 0.0

    for step in range(steps):
        if step % (len(pictures) // batch) == 0:
            order = torch.randperm(len(pictures)).split(batch)
        chosen = order[step % (len(pictures) // batch)]
        x, y = turn(pictures[chosen], labels[chosen])
        loss = F.cross_entropy(net(normalize(x).to(memory_format=torch.channels_last)), y.long())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        if step >= steps // 2:
            average.update_parameters(net)

        running += loss.item()
        if (step + 1) % 200 == 0:
            print(f"step {step + 1}/{steps}  loss {running / 200:.4f}  "
                  f"{time.time() - start:.0f} s", flush=True)
            running = 0.0
    return average.module.to(memory_format=torch.contiguous_format).eval()


@torch.no_grad()
def evaluate(net):
    """Confusion matrix over the evaluation scenes."""
    total = 0
    for seed in EVALUATION:
        picture, labels = scene(seed)
        mask = net(normalize(torch.from_numpy(picture)[None])).argmax(1)[0]
        total = total + confusion(labels, mask.numpy())
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--local", action="store_true", help="train the baseline")
    parser.add_argument("--scenes", type=int, default=24000)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=HERE / "cache")
    parser.add_argument("--out", type=Path, default=HERE / "scenes.safetensors")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    net = LocalNet() if args.local else DeepLab()
    print(f"{count_parameters(net)} parameters, {count_macs(net, SIZE)} MACs per picture")

    start = time.time()
    pictures, labels = cached_scenes(args.scenes, args.cache)
    print(f"{args.scenes} scenes in {time.time() - start:.0f} s", flush=True)
    net = train(net, pictures, labels, args.epochs, args.batch, args.rate)
    print(f"done in {time.time() - start:.0f} s")

    if not args.local:
        weights = {k: v for k, v in net.state_dict().items() if "num_batches" not in k}
        save_file(weights, args.out)
    report(evaluate(net))


if __name__ == "__main__":
    main()
