"""A network as plain attributes: what the text is printed from and the reference computed from."""

from dataclasses import dataclass, field


@dataclass
class Layer:
    """One operation; `inputs` are value names, the first one is the piped value."""

    op: str
    inputs: list
    output: str
    attributes: dict
    label: str | None = None


@dataclass
class Network:
    """Layers in definition order. `extents` are what the declaration says: a letter or a number."""

    name: str
    seed: int
    batch: int
    channels: int
    size: tuple
    extents: tuple
    windows: list | None = None
    layers: list = field(default_factory=list)
    output: str = "y"

    @property
    def result(self):
        return self.layers[-1].output

    def uses(self, value):
        """How often a value is read, arguments such as `like=` and `channels()` included."""
        return sum(
            layer.inputs.count(value) + (layer.attributes.get("channels_of") == value)
            for layer in self.layers
        )


def pair(number_or_pair):
    """Rows and columns of an attribute that may be one number for both."""
    if isinstance(number_or_pair, tuple):
        return number_or_pair
    return (number_or_pair, number_or_pair)
