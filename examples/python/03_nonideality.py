"""Nonideality-aware training in a minute: handwritten digits on SiOx devices. Needs memsim[torch] and scikit-learn."""

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor, nn

import memsim.nonideality as ni
import memsim.torch as mt

DEVICES = [ni.PooleFrenkel.siox_high()]


def network(**options: object) -> nn.Sequential:
    """64 pixels, 25 sigmoids, 10 classes."""
    return nn.Sequential(mt.MemristiveLinear(64, 25, **options), nn.Sigmoid(), mt.MemristiveLinear(25, 10, **options))


def train(net: nn.Module, x: Tensor, y: Tensor, epochs: int) -> None:
    """Plain gradient descent; weights of pairs stay non-negative."""
    optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
    for _ in range(epochs):
        for at in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(x[at]), y[at]).backward()
            optimizer.step()
            mt.project(net)


def main() -> None:
    """Train for ideal devices and for real ones; use both networks on real ones."""
    torch.set_num_threads(1)  # products this small are done before a second thread has woken
    images, labels = load_digits(return_X_y=True)
    split = train_test_split(images / 16, labels, test_size=1 / 3, random_state=0, stratify=labels)
    x, test_x = (torch.tensor(part, dtype=torch.float32) for part in split[:2])
    y, test_y = (torch.tensor(part) for part in split[2:])
    loader = [(test_x, test_y)]
    trainings = {
        "ideal devices": {"weights": "standard", "window": ni.WINDOWS["siox-high"]},
        "these devices": {"nonideality": DEVICES},
        "these devices, L1": {"nonideality": DEVICES, "regularize": 1e-4},
    }
    for name, options in trainings.items():
        torch.manual_seed(0)
        net = network(**options)
        train(net, x, y, epochs=60)
        mt.set_nonideality(net, DEVICES)
        found, energy = mt.validate(net, loader, repeats=25), mt.energy(net, loader)
        print(f"trained for {name:18} median error {found.median:6.2%}   {energy.power * 1e3:5.2f} mW   {energy.tops_per_watt:4.0f} TOPs/W")


if __name__ == "__main__":
    main()
