extension DiagnosticCode {
  package static let lints: [DiagnosticCode] = [
    idleAllowance, deadTaps, gridding, misaligned, sizeParity, unreadCells, redundantBias,
    unusedValue, inexactFactor,
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

  package static let gridding = DiagnosticCode(
    "L0502", "atrous layers in series that leave holes",
    """
    A position behind layers in series reads the sums of one tap of each: with rates 2, 2, 2 of 3x3
    the 7 even offsets of 13, and its neighbour the 6 odd ones (Wang et al., 2018: gridding). Which
    cells are read is computed for the layers as they run, residual paths included: a join reads what
    its paths read. A series is what runs on one grid; it starts behind the last stride or resize,
    and where `os=` took a stride away. It has at least two atrous layers: one alone has holes by its
    nature, and parallel branches, as those of ASPP, are to sample apart.

    In ascending order the rates leave no hole just where each is at most 1 + the sum of (K - 1)·rate
    over those before it. The help has the smallest change of rates that closes the holes.

    It is only a note where `os=` multiplied the rates and the rates as written leave no hole, as the
    2, 4, 8 of DeepLabv3's multi-grid 1, 2, 4 at output stride 16: there each of the 2 x 2 phases
    computes what the network with strides computes, and other rates would be another network's. Where
    no layer was given a rate at all and `os=` alone made them, nothing is said. It is a note, too,
    where a layer of rate 1 further on, on the same grid, reads the cells between.

    Wrong: x |> conv 3x3 64 rate=2 @a |> conv 3x3 64 rate=2 @b |> conv 3x3 64 rate=2 @c
    Right: x |> conv 3x3 64 @a |> conv 3x3 64 rate=2 @b |> conv 3x3 64 rate=2 @c
    """)

  package static let misaligned = DiagnosticCode(
    "L0503", "sides that lie apart in the image",
    """
    Every map has a place besides its size: sample i lies at start + i·jump pixels of the image. A
    window moves the start by (K_eff - 1)/2 - pad steps, a stride multiplies the jump, a resize
    stretches the grid between its corners or its outer edges. Sizes can agree where places do not: a
    half-pixel resize by 16 of a trunk whose pads are half its kernels lands 7.5 pixels before the
    image, as the strides kept the first sample and the resize keeps the edges. With
    `align_corners=yes` it lands on it just where H mod 16 = 1, which is why networks are run at 513;
    TensorFlow's SAME moves a map of stride 32 by 31 pixels where every level has an even size.
    `netc show -v` has the start of every layer.

    The lint compares the sides of a join, and a map with the one that it is resized, cropped or
    padded to, exactly, at the sizes that the file states, or where they agree at no size. What comes
    of a pool of the whole map has no place. One cause is one finding: behind it a map counts as being
    where the other side is.

    A network that was trained so has learned to live with it. `convention torch`, `tf` or `caffe` in
    the network declares what it was trained with, and what that framework does by itself is right
    then: the grid of its resize (half-pixel of torch, aligned corners of tf and caffe) lands on its
    target, and the SAME pads of tf keep the place. What the network does by itself, as adding an
    average pool of 2x2 to a convolution of stride 2, is said all the same.

    Wrong: scores |> resize like=image                       // 7.5 pixels off at output stride 16
    Right: scores |> resize like=image align_corners=yes     // exact at 513x513
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
    `unused`; what a library block gives besides the results that are read is no finding. A name that
    is bound or declared and mentioned nowhere else is one too: a parameter `os` that no block gets
    leaves `--os 8` without effect.

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
