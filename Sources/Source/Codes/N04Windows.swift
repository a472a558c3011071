extension DiagnosticCode {
  package static let windows: [DiagnosticCode] = [
    ambiguousPadding, badPadding, wrongBins, cropOutside, badResize,
  ]

  package static let ambiguousPadding = DiagnosticCode(
    "N0401", "padding cannot be symmetric",
    """
    Without `pad=` a convolution of stride 1 keeps the size of its input: rate · (k - 1) pixels
    of padding, half on each side. Where that is odd one side gets a pixel more, and the
    frameworks disagree which: TensorFlow takes bottom and right. The map shifts by a pixel with
    the choice, so it must be said.

    Wrong: y = image |> conv 4x4 64
    Right: y = image |> conv 4x4 64 pad=(1, 2, 1, 2)

    The four numbers are top, bottom, left, right. An odd kernel never has this question.
    """)

  package static let badPadding = DiagnosticCode(
    "N0402", "padding not understood",
    """
    Padding is a number for all sides, `(vertical, horizontal)`, `(top, bottom, left, right)`,
    `valid` for none, or `same(tf)` for TensorFlow's rule. Plain `same` is not taken: at stride
    2 TensorFlow's rule pads other sides than PyTorch's numbers do, and it must be clear which
    is meant. A transposed convolution has no same(tf).

    Wrong: y = image |> conv 3x3 64 pad=same
    Right: y = image |> conv 3x3 64 pad=same(tf)

    Wrong: y = image |> conv 3x3 64 pad=(1, 1, 1)
    Right: y = image |> conv 3x3 64 pad=(1, 2)
    """)

  package static let wrongBins = DiagnosticCode(
    "N0403", "pyramid level with the wrong number of bins",
    """
    A level n of a pyramid must give n x n bins, or the dense layer behind it would read another
    length. The window rules of the SPP-net paper and of sppnet_pytorch round window and stride
    by themselves, and miss the count on some sizes: 4 bins on 7 rows make windows of 2 and a
    stride of 1, which is 6 bins. `rule=adaptive` spreads the bins evenly and always gives n.

    Wrong: input features: tensor[256, 7, 7]
           output y = features |> spp[4, 2, 1] rule=paper
    Right: input features: tensor[256, 7, 7]
           output y = features |> spp[4, 2, 1] rule=adaptive
    """)

  package static let cropOutside = DiagnosticCode(
    "N0404", "crop or pad does not fit",
    """
    A crop must lie inside its map, and padding can only make a map larger. `crop like=x` cuts
    the larger map to the size of x, `pad like=x` fills the smaller one up; with the two swapped
    there is nothing to cut or to fill. `anchor=center` takes the middle, `offset=5` starts at
    row and column 5.

    Wrong: small = image |> conv 3x3 64 pad=valid
           y = concat(small |> crop like=image anchor=center, image)
    Right: small = image |> conv 3x3 64 pad=valid
           y = concat(small, image |> crop like=small anchor=center)
    """)

  package static let badResize = DiagnosticCode(
    "N0405", "resize not understood",
    """
    `resize` has one target: `like=x` the size of another map, `2x` a factor, `65x65` a fixed
    size. Prefer `like=` before a join, where it gives equal sizes by construction.
    `align_corners` moves the sample points of bilinear interpolation; nearest has none to move.

    Wrong: half = image |> maxpool 2
           y = half |> resize 2x like=image
    Right: half = image |> maxpool 2
           y = half |> resize like=image

    Wrong: y = image |> resize 2x mode=nearest align_corners=yes
    Right: y = image |> resize 2x mode=bilinear align_corners=yes
    """)
}
