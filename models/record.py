"""Writes what a PyTorch module computes to a .npz file, for `netc verify --against`.

    from record import record            # in the folder models/, or with it on PYTHONPATH
    model.load_state_dict(torch.load("deeplab.pth"))
    record(model, x, "ref.npz", ["backbone.conv1", "backbone.layer*", "classifier.*"])

    netc verify deeplab.net -w deeplab.pth --against ref.npz

x is the array as the network gets it, N x C x H x W, already normalized. Layers are named by the
module's own paths; `*` in a pattern stands for anything, dots included. `names` says what the
network calls the module's results: its one tensor is "", an entry of a dict has its key.
"""
import fnmatch

import numpy
import torch


def record(module, x, path, patterns=("*",), names={"": "logits", "out": "logits"}):
    taps = {"input": x.detach().cpu().float().numpy().copy()}

    def keep(name, value):
        # Cloned at once: an in-place relu after the layer would change it.
        for key, part in value.items() if isinstance(value, dict) else [("", value)]:
            own = ".".join(filter(None, [name, str(key)])) if name else names.get(key, str(key))
            count = sum(known.split("#")[0] == own for known in taps)
            if isinstance(part, torch.Tensor):
                taps[f"{own}#{count + 1}" if count else own] = part.detach().cpu().float().clone().numpy()

    hooks = [
        layer.register_forward_hook(lambda _, __, value, name=name: keep(name, value))
        for name, layer in module.named_modules()
        if name and any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    ]
    with torch.no_grad():
        keep("", module.eval()(x))
    for hook in hooks:
        hook.remove()
    numpy.savez(path, **taps)
    return sorted(taps)
