"""The `.net` text of a network, printed from its attributes."""

WIDTH = 96

# Named arguments in the order they are written.
NAMED = {
    "conv": ["stride", "rate", "pad", "groups", "bias"],
    "transposed_conv": ["stride", "rate", "pad", "output_pad", "groups", "bias"],
    "dense": ["bias"],
    "bn": ["eps"],
    "leaky_relu": ["slope"],
    "power": ["scale", "shift"],
    "maxpool": ["adaptive", "stride", "rate", "pad", "ceil_mode"],
    "avgpool": ["adaptive", "stride", "rate", "pad", "count_include_pad", "ceil_mode"],
    "stochastic_pool": ["stride", "pad", "ceil_mode"],
    "spp": ["rule", "pool"],
    "roi_spp": ["scale", "pool"],
    "attend": ["scale", "normalize", "combine"],
    "resize": ["mode", "align_corners"],
    "crop": ["anchor", "offset"],
    "pad": ["value", "anchor", "offset"],
    "lrn": ["size", "alpha", "beta", "k", "across", "scaling"],
}
LIKE = {"resize", "crop", "pad"}
OPERATORS = {"add": " + ", "mul": " * "}


def written(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return str(value)


def tuple_text(values):
    return "(" + ", ".join(map(str, values)) + ")"


def bins_text(levels):
    return "[" + ", ".join(map(str, levels)) + "]"


def kernel_text(attributes):
    kernel = attributes["kernel"]
    return str(kernel[0]) if attributes.get("kernel_form") == "number" else written(kernel)


def positional(layer):
    """Positional arguments of a stage, and `like=`, `windows=`, `k=`, `v=`, which name values."""
    a, op = layer.attributes, layer.op
    if op == "conv":
        out = str(a["out"])
        if "channels_of" in a:
            out = f"channels({a['channels_of']})"
        if a["kernel_form"] == "expression":
            return [out, f"kernel=({a['kernel'][0] - 1} + 1)"]
        return [kernel_text(a), out]
    if op == "transposed_conv":
        return [kernel_text(a), str(a["out"])]
    if op == "dense":
        return [str(a["out"])]
    if op == "power":
        exponent = a["exponent"]
        return [f"({exponent})" if exponent.startswith("-") else exponent]
    if op in ("maxpool", "avgpool", "stochastic_pool"):
        if a.get("global"):
            return ["global"]
        return [kernel_text(a)] if "kernel" in a else []
    if op == "dropout":
        return [a["rate"]]
    if op == "roi_spp":
        return [f"windows={a['windows']}"]
    if op == "attend":
        return [f"k={layer.inputs[1]}", f"v={layer.inputs[2]}"]
    if op in LIKE:
        if len(layer.inputs) == 2:
            return [f"like={layer.inputs[1]}"]
        if "sides" in a:
            return [tuple_text(a["sides"])]
        return [a["factor_text"] if "factor" in a else written(a["size"])]
    return []


def named(layer):
    a = layer.attributes
    words = []
    for key in NAMED.get(layer.op, []):
        if a.get(key) is None or key in a.get("omit", ()):
            continue
        value = a[key]
        if key == "groups" and "channels_of" in a:
            text = f"channels({a['channels_of']})"
        elif key == "pad" and isinstance(value, tuple):
            text = tuple_text(value)
        else:
            text = written(value)
        words.append(f"{key}={text}")
    return words


def stage(layer):
    """One step of a pipe."""
    name = layer.op
    if name in ("spp", "roi_spp"):
        name += bins_text(layer.attributes["levels"])
    words = [name, *positional(layer), *named(layer)]
    if layer.label:
        words.append(f"@{layer.label}")
    return " ".join(words)


def is_operator(layer):
    return layer.attributes.get("form") == "operator"


def is_head(layer):
    """Starts a pipe by itself instead of continuing one."""
    return layer.attributes.get("form") in ("operator", "call")


def head(layer):
    if is_operator(layer):
        return OPERATORS[layer.op].join(layer.inputs)
    arguments = layer.inputs + (named(layer) if layer.op == "attend" else [])
    return f"{layer.op}({', '.join(arguments)})"


def chained(network, layer, producers):
    """Whether a layer is written as a further stage of the pipe that makes its first input."""
    producer = producers.get(layer.inputs[0])
    return (
        producer is not None
        and not is_head(layer)
        and not layer.attributes["named_input"]
        and not is_operator(producer)
        and network.uses(producer.output) == 1
    )


def binding(target, words):
    """`target = head |> stage ...`, a stage per line where one line would be too long."""
    line = f"  {target} = " + " |> ".join(words)
    if len(line) <= WIDTH:
        return line
    return f"  {target} = {words[0]}" + "".join(f"\n    |> {word}" for word in words[1:])


def declaration(network):
    rows, columns = network.extents
    lines = [f"  input x: tensor[{network.channels}, {rows}, {columns}]"]
    if network.windows is not None:
        lines.append("  input w: windows[R]")
    return lines


def network_text(network):
    producers = {layer.output: layer for layer in network.layers}
    absorbed = {
        layer.inputs[0] for layer in network.layers if chained(network, layer, producers)
    }
    lines = ["netc 1", f"network {network.name} {{", *declaration(network)]
    pipes = {}
    for layer in network.layers:
        if is_head(layer):
            words = [head(layer)]
        elif chained(network, layer, producers):
            words = pipes[layer.inputs[0]] + [stage(layer)]
        else:
            words = [layer.inputs[0], stage(layer)]
        pipes[layer.output] = words
        last = layer.output == network.result
        if last and layer.attributes["inline_output"]:
            lines.append(binding(f"output {network.output}", words))
        elif layer.output not in absorbed:
            lines.append(binding(layer.output, words))
            if last:
                lines.append(f"  output {network.output} = {layer.output}")
    return "\n".join([*lines, "}"]) + "\n"
