extension DiagnosticCode {
  package static let shapes: [DiagnosticCode] = [
    channelsDiffer, wrongKind, outOfRange, groups, denseOnVaryingMap, sizeOverflow, periodCap,
    axesMixed, sizeOutside, noAdmissibleSize, partlyAdmissible, extentsDiffer,
    requirementNotEnough, windowTooLarge, badRequirement,
  ]

  package static let channelsDiffer = DiagnosticCode(
    "N0301", "channels differ",
    """
    Addition, `mul`, `max` and the queries and keys of `attend` go channel by channel, so both
    sides need equally many; a `mul` may have one channel on a side. `concat` stacks channels
    and takes any. In a residual unit the shortcut needs a 1x1 convolution where the width
    changes.

    Wrong: left = image |> conv 3x3 64
           right = image |> conv 3x3 128
           y = left + right
    Right: left = image |> conv 3x3 64
           right = image |> conv 3x3 128
           y = (left |> conv 1x1 128 @project) + right
    """)

  package static let wrongKind = DiagnosticCode(
    "N0302", "map or vector expected",
    """
    A value is a map (channels x height x width), a vector (channels), a label map or a set of
    windows, and each op reads one kind. `spp`, `flatten` and `dense` give vectors, which have
    no positions left to convolve; `argmax` gives labels, which are class numbers and no scores.

    Wrong: y = image |> spp[4, 2, 1] |> conv 1x1 64
    Right: y = image |> spp[4, 2, 1] |> dense 64

    Wrong: y = image |> conv 1x1 21 |> argmax |> resize 2x
    Right: y = image |> conv 1x1 21 |> resize 2x |> argmax
    """)

  package static let outOfRange = DiagnosticCode(
    "N0303", "number out of range",
    """
    Kernels, strides, rates, channels and groups are at least 1, pads at least 0, and a dropout
    rate is at least 0 and below 1. A stride of 0 would never advance, a rate of 0 would read
    one pixel through every tap. Rate 1 is the ordinary convolution: there the taps are
    neighbours.

    Wrong: y = image |> conv 3x3 64 rate=0
    Right: y = image |> conv 3x3 64 rate=1

    Wrong: y = image |> dropout 50
    Right: y = image |> dropout 0.5
    """)

  package static let groups = DiagnosticCode(
    "N0304", "groups do not divide",
    """
    A grouped convolution splits its input and its output channels into equal parts and joins
    part with part, so the number of groups divides both. With as many groups as input channels
    it is depthwise: one kernel a channel.

    Wrong: x = image |> conv 3x3 64 @conv1
           y = x |> conv 3x3 96 groups=24 @conv2
    Right: x = image |> conv 3x3 64 @conv1
           y = x |> conv 3x3 96 groups=32 @conv2
    """)

  package static let denseOnVaryingMap = DiagnosticCode(
    "N0305", "dense layer on a map of varying size",
    """
    A dense layer has one weight for each number it reads, so it cannot follow a map that grows
    with the image. Spatial pyramid pooling was made for this: `spp[4, 2, 1]` gives 16 + 4 + 1
    bins a channel at every size. Otherwise pool globally, or fix the size of the input.

    Wrong: input image: rgb[H, W]
           output scores = image |> conv 3x3 64 @conv |> dense 1000 @fc
    Right: input image: rgb[H, W]
           output scores = image |> conv 3x3 64 @conv |> spp[4, 2, 1] |> dense 1000 @fc
    Right: input image: rgb[224, 224]
           output scores = image |> conv 3x3 64 @conv |> dense 1000 @fc
    """)

  package static let sizeOverflow = DiagnosticCode(
    "N0306", "sizes overflow",
    """
    A map or a weight may have 2^60 numbers, and an extent must fit into 64 bits. No machine has
    room for so much: a factor is wrong, or a size stands where a number of channels belongs.
    The error comes while the network is checked; maps that are only too large for the memory at
    hand are refused at the run, with N0701.

    Wrong: y = image |> resize 2000000000x
    Right: y = image |> resize 2x
    """)

  package static let periodCap = DiagnosticCode(
    "N0307", "size pattern too long",
    """
    Sizes are proved for all images at once, from the fact that an extent repeats: at stride 32
    all heights with the same remainder by 32 behave alike. The period is the product of the
    strides along a chain; periods past 2^20 are not decided. Published networks stay at 32 or
    64.

    Wrong: y = image |> conv 3x3 8 stride=1031 @conv1 |> conv 3x3 8 stride=1033 @conv2
    Right: y = image |> conv 3x3 8 stride=32 @conv1 |> conv 3x3 8 stride=32 @conv2

    A fixed input, `rgb[512, 512]`, needs no such proof and takes any stride.
    """)

  package static let axesMixed = DiagnosticCode(
    "N0308", "height mixed with width",
    """
    Every extent is a function of the image's height alone or of its width alone, and so is
    every condition of `require`. That is what makes the proof for all sizes possible: the rows
    and the columns of an image are proved apart. A condition such as `H == W` would tie them
    together.

    Wrong: require H == W
           y = image |> maxpool 2
    Right: require H % 32 == 0 and W % 32 == 0
           y = image |> maxpool 2

    If only one square size is meant, fix it: `input image: rgb[513, 513]`.
    """)

  package static let sizeOutside = DiagnosticCode(
    "N0309", "image size not admissible",
    """
    At the size asked for, by `--at`, an `expect` or a picture, the network does not exist: a
    window is larger than its padded map, a level of a pyramid has the wrong number of bins, or
    `require` excludes the size. `netc check` prints the sizes that are admissible; the help
    names the next larger one.

    Wrong: input image: rgb[H, W]
           output y = image |> conv 7x7 64 pad=valid
           expect at 5x640 { channels(y) == 64 }
    Right: input image: rgb[H, W]
           output y = image |> conv 7x7 64 pad=valid
           expect at 480x640 { channels(y) == 64 }
    """)

  package static let noAdmissibleSize = DiagnosticCode(
    "N0310", "no admissible size",
    """
    Each join asks for certain image sizes; here no size satisfies all of them, so the network
    can never run. Often one join needs even heights and another, behind a pad, odd ones.
    `resize like=` takes the size of the other side, so it asks for nothing.

    Wrong: more = image |> pad (0, 1, 0, 1)
           output even = concat(image |> maxpool 2 |> resize 2x, image)
           output odd = concat(more |> maxpool 2 |> resize 2x, more)
    Right: more = image |> pad (0, 1, 0, 1)
           output even = concat(image |> maxpool 2 |> resize like=image, image)
           output odd = concat(more |> maxpool 2 |> resize like=more, more)
    """)

  package static let partlyAdmissible = DiagnosticCode(
    "N0311", "admissible for some sizes only",
    """
    Two sides of a join have equal extents for some image sizes and not for others. A framework
    finds it at run time, at the first picture of such a size: 63 rows halve to 32 and double to
    64. The message gives the admissible sizes and the smallest that fails.

    Wrong: down = image |> conv 3x3 64 stride=2
           y = concat(image, down |> resize 2x)
    Right: down = image |> conv 3x3 64 stride=2
           y = concat(image, down |> resize like=image)

    Or state the restriction, which silences the warning: `require H % 2 == 0 and W % 2 == 0`.
    `fit=pad` behind the input then brings every picture to such a size.
    """)

  package static let extentsDiffer = DiagnosticCode(
    "N0312", "extents of a join differ",
    """
    The sides of an addition, a product or a concatenation need the same height and width,
    position by position; only an extent of the constant 1 is spread over the other side. Here
    they differ at every image size, or at the one asked for. Find out where rows were lost:
    padding, stride or rounding of one branch.

    Wrong: left = image |> conv 3x3 64 pad=valid
           y = concat(left, image)
    Right: left = image |> conv 3x3 64
           y = concat(left, image)
    Right: left = image |> conv 3x3 64 pad=valid
           y = concat(left, image |> crop like=left anchor=center)
    """)

  package static let requirementNotEnough = DiagnosticCode(
    "N0313", "requirement does not imply the sizes needed",
    """
    `require` states which image sizes are admitted, and each of them must be one at which the
    network exists. A requirement that is too weak promises sizes at which a join fails; two
    that contradict each other admit nothing. The help names the requirement that suffices.

    Wrong: require H % 2 == 0 and W % 2 == 0
           y = concat(image, image |> maxpool 4 |> resize 4x)
    Right: require H % 4 == 0 and W % 4 == 0
           y = concat(image, image |> maxpool 4 |> resize 4x)
    """)

  package static let windowTooLarge = DiagnosticCode(
    "N0314", "window larger than the map",
    """
    A window of kernel k at rate r spans r · (k - 1) + 1 pixels, and must fit into its map with
    the padding. A 3x3 at rate 24 spans 49 pixels, more than the 33 rows that are left of a 513
    pixel image at output stride 16. A crop that leaves nothing is this error as well.

    Wrong: input features: tensor[64, 33, 33]
           output y = features |> conv 3x3 64 rate=24 pad=valid
    Right: input features: tensor[64, 33, 33]
           output y = features |> conv 3x3 64 rate=12 pad=valid

    The default padding keeps the size, and the window always fits.
    """)

  package static let badRequirement = DiagnosticCode(
    "N0315", "requirement not understood",
    """
    A requirement compares functions of `H` or of `W`: sums, differences, and products,
    quotients and remainders by positive constants. `and` joins several. Products of sizes, such
    as an area, cannot be proved for all images and are not taken.

    Wrong: require H % 32
           y = image |> maxpool 2
    Right: require H % 32 == 0
           y = image |> maxpool 2

    Wrong: require H * W <= 1000000
           y = image |> maxpool 2
    Right: require H >= 2 and H <= 1000 and W >= 2 and W <= 1000
           y = image |> maxpool 2
    """)
}
