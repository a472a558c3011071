extension DiagnosticCode {
  package static let lints: [DiagnosticCode] = [
    idleAllowance, deadTaps, sizeParity, unreadCells, redundantBias, unusedValue, inexactFactor,
  ]

  package static let idleAllowance = DiagnosticCode(
    "L0500", "allowance that silences nothing",
    """
    A comment `// netc: allow L0501 reason` silences a lint on its line. Where the lint has nothing to
    say there, at the sizes the file states, the comment tells of a network that is gone: it would
    hide the finding should it come back. Take it out, or move it to the line where the finding is
    drawn. Only the file that is checked is looked at, not those it uses; with `--at` and `--set`, which
    ask for other sizes than the file's, nothing is said.

    Wrong: x |> conv 3x3 64  // netc: allow L0501 the rate was 36 once
    Right: x |> conv 3x3 64
    """)

  package static let deadTaps = DiagnosticCode(
    "L0501", "taps that read padding only",
    """
    A filter at rate r on a map of N cells reads, on average, 3 - 2r/N of its 3 taps along an axis:
    (3 - 2r/H)(3 - 2r/W) of 9. The others read zeros. At rate 24 on 65 x 65 that is 5.11, on 33 x 33
    it is 2.39; from r = N on the layer is exactly a 1x1, with nine times its parameters and its work.
    The lint fires where less than a third of an atrous layer's taps is at work at a size that is
    stated, by `--at` or `expect at`, and as an error where it is exactly a 1x1; a layer at rate 1 is
    meant only on a map that never grows, as after global pooling. `netc show --at` has the number of
    every layer.

    Wrong: x |> conv 3x3 256 rate=36   // on a 33 x 33 map
    Right: x |> conv 3x3 256 rate=12
    """)

  package static let sizeParity = DiagnosticCode(
    "L0504", "grid that moves with the size",
    """
    TensorFlow's SAME pads just as much as the last window lacks, with the smaller half before. At
    stride 2 a kernel of 3 lacks 1 cell on an even map and 2 on an odd one: it pads (0, 1) or (1, 1),
    and its positions stand on the cells 1, 3, 5, … or 0, 2, 4, …. The same weights then see the image
    half a step apart at the two kinds of sizes, and maps that are joined later drift against each
    other. Pads that are written out do not move; `require` can admit one kind of sizes.

    Wrong: y = image |> maxpool 3 stride=2 pad=same(tf)
    Right: y = image |> maxpool 3 stride=2 pad=1
    """)

  package static let unreadCells = DiagnosticCode(
    "L0505", "rows that no bin reads",
    """
    The paper on spatial pyramid pooling cuts a map of a cells into n bins with windows of ceil(a/n)
    every floor(a/n). Where a mod n is 2 and more, the last bin ends before the map does, and
    a mod n - 1 rows and columns are never read; where a mod n exceeds floor(a/n) the number of bins is
    another one, which is an error. `rule=adaptive`, the paper's own form for detection, reads every
    cell at every size. `netc check` prints the sizes of each level.

    Wrong: y = image |> spp[6, 3, 2, 1] rule=paper
    Right: y = image |> spp[6, 3, 2, 1]
    """)

  package static let redundantBias = DiagnosticCode(
    "L0506", "bias that the next layer takes away",
    """
    `bn` subtracts its running mean first: (x + b) - m is x - (m - b), so a bias before it changes
    nothing that another mean does not. In training the batch's mean cancels the bias exactly, and its
    gradient is zero. The parameters are loaded and counted for nothing. For trained weights subtract
    the bias from the running mean once. The lint is silent where something else reads the layer too.

    Wrong: y = x |> conv 3x3 64 @conv |> bn @bn
    Right: y = x |> conv 3x3 64 bias=no @conv |> bn @bn
    """)

  package static let unusedValue = DiagnosticCode(
    "L0507", "value that no output needs",
    """
    Layers that lead to no output are never computed, yet the checkpoint must have their weights and
    the count of parameters holds them. Mostly the name of another value was meant where this one
    should be read. What a checkpoint has and the network leaves out on purpose is declared with
    `unused`; what a library block gives besides the results that are read is no finding.

    Wrong: a = image |> conv 3x3 8 @a
           b = a |> relu
           output y = a |> conv 1x1 2 @y
    Right: a = image |> conv 3x3 8 @a
           b = a |> relu
           output y = b |> conv 1x1 2 @y
    """)

  package static let inexactFactor = DiagnosticCode(
    "L0508", "factor that the sizes do not follow",
    """
    `resize 2x` steps half a cell of its input a position, at every size. Three forms do not keep to
    their factor. `resize 0.5x` of 33 cells gives 16, and half a cell at the end is never read. With
    `align_corners` a factor f makes steps of (n - 1)/(f·n - 1) cells instead of 1/f: the corners stay,
    everything between moves, by another amount at every size. And `nearest` with a broken factor such
    as 1.5x repeats some cells and not others. `resize like=x` says what is meant by the sizes.

    Wrong: y = x |> resize 2x align_corners=yes
    Right: y = x |> resize 2x
    """)
}
