extension DiagnosticCode {
  package static let weights: [DiagnosticCode] = [
    twoUnlabelled, labelTwice, noWeights, missingTensors, unusedTensors, wrongShape, wrongDtype,
    unreadableWeights, badRename, notFiniteWeights,
  ]

  package static let twoUnlabelled = DiagnosticCode(
    "N0601", "two layers without labels",
    """
    A weight is found in its file by name, and the names come from labels. One layer with
    weights in a pipe may go without: it takes the name of the binding. Two could only be
    numbered, and would change their names whenever the pipe is edited. The weights of `@conv`
    are called `conv.weight` and `conv.bias`.

    Wrong: y = image |> conv 3x3 64 |> bn |> relu
    Right: y = image |> conv 3x3 64 @conv |> bn @bn |> relu
    """)

  package static let labelTwice = DiagnosticCode(
    "N0602", "weight named twice",
    """
    Every weight has one owner, so two layers cannot have the same full name: kernels are not
    shared. Two instances of a block need labels of their own. In loops a label gets `.0`, `.1`,
    … by itself; braces say where the index goes instead, and must differ in every pass.

    Wrong: each r, i in [6, 12] as branch {
             out = image |> conv 3x3 8 rate=r @convs.{i / 2}
           }
           y = concat(branch...)
    Right: each r, i in [6, 12] as branch {
             out = image |> conv 3x3 8 rate=r @convs.{i}
           }
           y = concat(branch...)
    """)

  package static let noWeights = DiagnosticCode(
    "N0603", "no weights",
    """
    A network runs with the weights that its file names, or with those given by `-w`. Without
    either it does not start: made-up weights would give a mask that looks like a result. For a
    trial of sizes and speed they can be asked for, and are the same on every machine.

    Wrong: netc run small.net street.jpg
    Right: netc run small.net street.jpg -w small.safetensors
    Right: netc run small.net street.jpg --random-weights 1

    The file can name its weights, and where they come from:

           weights "small.safetensors" source="https://example.org/small.safetensors"
    """)

  package static let missingTensors = DiagnosticCode(
    "N0604", "tensors missing in the weights",
    """
    The network wants tensors that the file does not hold. Most often the names differ by a
    prefix that a training script put before them; one `rename` rule, the network's name on the
    left and the file's on the right, sets it right.
    `netc weights small.net -w small.safetensors` lists both sides. Where names differ more, rules
    are guessed from shapes, order and names, and printed to be read and pasted before the
    network's own; nothing is loaded by a guess. `by order alone` marks lines that no name
    speaks for. If no rules are printed, it is most likely another network's file.

    Wrong: y = image |> conv 3x3 8 @stem.conv
           // the file holds module.stem.conv.weight and module.stem.conv.bias
    Right: rename * <- module.*
           y = image |> conv 3x3 8 @stem.conv
    """)

  package static let unusedTensors = DiagnosticCode(
    "N0605", "tensors of the weights not used",
    """
    The file holds tensors that no layer reads. That is how a forgotten layer, or a wrong depth,
    is noticed, so it is an error and not passed over. What is left over on purpose, such as the
    head that was used only in training, is declared with `ignore`.

    Wrong: y = image |> conv 3x3 8 @stem
           // the file also holds aux_classifier.0.weight, aux_classifier.1.weight, …
    Right: ignore aux_classifier.*
           y = image |> conv 3x3 8 @stem

    What the network has under its own name is taken all the same, and files without such
    tensors are as welcome, so a network with a parameter `aux` needs the line but once. For a
    single file there is `--ignore 'aux_classifier.*'`.

    A layer that checkpoints have and nothing runs can be declared: `unused @aux conv 1x1 21`.
    """)

  package static let wrongShape = DiagnosticCode(
    "N0606", "tensor of the wrong shape",
    """
    A tensor has the right name and another shape than its layer wants: out x in/groups x height
    x width for a convolution, out x in for a dense layer, one number a channel for `bn`.
    Compare the two shapes of the message. 21 against 19 is another number of classes; axes in
    another order are TensorFlow's, height x width x in x out, and a rename rule turns them.

    Wrong: y = image |> conv 3x3 8 @stem
           // the file holds stem.weight as 3 x 3 x 3 x 8, the layer wants 8 x 3 x 3 x 3
    Right: rename * <- * layout=HWIO
           y = image |> conv 3x3 8 @stem
    """)

  package static let wrongDtype = DiagnosticCode(
    "N0607", "tensor of an unsupported type",
    """
    Weights are float32, float16, bfloat16 or float64; all become float32 when they are read, the
    16 bit types exactly, float64 rounded to the nearest. Integers are most often quantized
    weights, whose scales the file keeps elsewhere. Save the network before it is quantized, in
    Python:

    Wrong: save_file(quantized.state_dict(), "small.safetensors")
    Right: save_file(model.state_dict(), "small.safetensors")

    Tensors that no layer wants may have any type; leave them out with `ignore`.
    """)

  package static let unreadableWeights = DiagnosticCode(
    "N0608", "weights cannot be read",
    """
    The file of weights is absent, cut short, damaged, or not in a format that netc reads. Those
    are safetensors, the .pth and .pt checkpoints of torch.save in both their formats, and numpy's
    .npz. What a file is called does not matter, only what it holds; the message says what is
    wrong, and where in the file.

    A checkpoint is a Python pickle, which can run programs where Python opens it. netc takes only
    tensors, dictionaries, numbers and text from it and executes nothing. The tensors may lie
    outermost or under state_dict, model_state, model_state_dict, model or net, beside an optimizer
    or whatever else the training kept. A pickle of a whole module holds its class by name only,
    and TorchScript is a program: save the tensors of either, in Python, where you trust the file.

    Wrong: torch.save(model, "small.pth")
    Right: torch.save(model.state_dict(), "small.pth")

    A file that breaks off is an unfinished download: compare its length with the source's.
    """)

  package static let badRename = DiagnosticCode(
    "N0609", "rename rule not understood",
    """
    `rename NEW <- OLD` gives a tensor of the file, on the right, the name it has in the
    network, on the left. `*` stands for any part of a name and is carried over, so both sides
    have equally many; a `/` in the file's names counts as a dot. No two tensors may get one
    name. `layout=HWIO` turns TensorFlow's kernels; `inputs=[64, 128]` and `outputs=[0, 64]` take
    a range of a tensor's channels, from the first to the one before the second number, where
    the network has two tensors and the file one. Such rules leave nothing of it over:

           rename concat_project.theta.weight <- concat_project.0.weight inputs=[0, 64]
           rename concat_project.phi.weight <- concat_project.0.weight inputs=[64, 128]

    Rules are tried from the top. One whose left side begins with `*` changes only the end of a
    name, or takes off its beginning, and the rules after it go on with the new name; any other
    decides. So one line serves a file whose names all begin with `module.`, and one each kind
    of slot:

           rename * <- module.*
           rename *.weight <- *.BatchNorm.gamma
           rename backbone.* <- resnet.*

    `ignore PATTERN` leaves tensors out. It never takes a name that the network has, and may
    match nothing. A `rename` that matches nothing is an error where tensors are missing, left
    over or of another shape; where everything fits, it is for another file. The same rules
    after `--rename` and `--ignore` on the command line come before those of the network.

    Wrong: rename conv.* <- features.*.conv.*
           y = image |> conv 3x3 8 @conv.a
    Right: rename conv.* <- features.0.conv.*
           y = image |> conv 3x3 8 @conv.a
    """)

  package static let notFiniteWeights = DiagnosticCode(
    "N0610", "weights that are no numbers",
    """
    Some weights are NaN or infinite. They are taken as they are, but one of them is enough to make
    every number after it NaN, and a mask of one class. That is how a training that diverged, or a
    conversion to 16 bits that overflowed, looks afterwards: go back to an earlier checkpoint.

    Wrong: torch.save(model.half().state_dict(), "model.pth")
           // features.0.weight held 71,000, float16 ends at 65,504
    Right: torch.save(model.bfloat16().state_dict(), "model.pth")

    It is a warning; `-W error` makes it an error.
    """)
}
