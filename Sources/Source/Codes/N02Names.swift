extension DiagnosticCode {
  package static let names: [DiagnosticCode] = [
    unknownName, unknownOp, unknownArgument, missingArgument, badArgument, wrongType,
    boundTwice, recursion, tooLarge, unknownModule, unknownResult, noOut, indexOutside,
    badExpression, overflow, noNetwork, unknownSetting, misplaced, noInputOrOutput,
    wrongValueCount, expectationFailed,
  ]

  package static let unknownName = DiagnosticCode(
    "N0201", "unknown name",
    """
    A name must be bound before it is used, in the same block or network. A block does not see
    the names of whoever uses it: it must mean the same in every network, so all it reads comes
    in through its header.

    Wrong: block head(x) {
             out = x |> conv 1x1 classes @classifier
           }
    Right: block head(classes: int)(x) {
             out = x |> conv 1x1 classes @classifier
           }
           network small {
             input image: rgb[H, W]
             output scores = image |> head 21
           }
    """)

  package static let unknownOp = DiagnosticCode(
    "N0202", "unknown op or block",
    """
    After `|>` stands an op of the language or a block. Ops are always there; a block must be
    defined in the same file or taken in with `use`. The rate of a convolution is an argument of
    `conv`, so there is no op of its own for atrous convolution.

    Wrong: y = image |> conv2d 3x3 64
    Right: y = image |> conv 3x3 64

    Wrong: y = image |> aspp<6, 12, 18> 256 @aspp
    Right: use std.deeplab
           network small {
             input image: rgb[H, W]
             output y = image |> aspp<6, 12, 18> 256 @aspp
           }
    """)

  package static let unknownArgument = DiagnosticCode(
    "N0203", "unknown argument",
    """
    Ops and blocks take the arguments of their header and no others. A name that none of them
    has is an error, since a slip that passed silently would leave the default in force, and the
    network would run with another stride or rate than the file seems to say.

    Wrong: y = image |> conv 3x3 64 dilation=2
    Right: y = image |> conv 3x3 64 rate=2

    Wrong: y = image |> maxpool 3 strides=2
    Right: y = image |> maxpool 3 stride=2
    """)

  package static let missingArgument = DiagnosticCode(
    "N0204", "missing argument",
    """
    An argument without a default must be given: the channels of a convolution, the bins of a
    pyramid, the rates of ASPP. Values of the network beside the one in the pipe are given by
    name.

    Wrong: y = image |> conv 3x3 stride=2
    Right: y = image |> conv 3x3 64 stride=2

    Wrong: y = image |> spp
    Right: y = image |> spp[4, 2, 1]

    Wrong: y = image |> aspp 256 @aspp
    Right: y = image |> aspp<6, 12, 18> 256 @aspp
    """)

  package static let badArgument = DiagnosticCode(
    "N0205", "argument out of place",
    """
    Arguments without a name are taken in the order of the header; past its end there is no
    place for another. An argument given twice is an error as well, since one of the two would
    be ignored. Give by name what has a name: the file then reads like the table of the paper.

    Wrong: y = image |> conv 3x3 64 2
    Right: y = image |> conv 3x3 64 stride=2

    Wrong: y = image |> conv 3x3 64 stride=2 stride=1
    Right: y = image |> conv 3x3 64 stride=2
    """)

  package static let wrongType = DiagnosticCode(
    "N0206", "argument of the wrong type",
    """
    Each argument has a type: an integer, a size such as `3x3`, a rate, a decimal, yes or no, a
    list, an activation, a word, or a value of the network. Nothing is converted on the way:
    half a channel does not exist, and 0 for `no` would leave open what 2 means.

    Wrong: y = image |> conv 3x3 64 bias=0
    Right: y = image |> conv 3x3 64 bias=no

    Wrong: y = image |> conv "3x3" 64
    Right: y = image |> conv 3x3 64
    """)

  package static let boundTwice = DiagnosticCode(
    "N0207", "name bound twice",
    """
    A name is bound once in a block and keeps its value, so that a name means one map wherever
    it is read. A chain needs no names in between; where a later value replaces an earlier one,
    give it a name of its own. `each` and `repeat` bind afresh in every pass. Blocks, results
    and declarations such as `weights` have one definition as well.

    Wrong: x = image |> conv 3x3 64 @conv1
           x = x |> conv 3x3 64 @conv2
    Right: x = image |> conv 3x3 64 @conv1
                     |> conv 3x3 64 @conv2
    """)

  package static let recursion = DiagnosticCode(
    "N0208", "recursive blocks",
    """
    Blocks are templates: where one is used, its layers are put in. A block that contains
    itself, directly or through others, would be a network without end. Files that `use` each
    other in a circle are refused for the same reason. Layers in series are written with
    `repeat`, where `out` of one pass is `x` of the next.

    Wrong: block stage(width: int)(x) {
             out = x |> conv 3x3 width @conv |> stage width @next
           }
    Right: block stage(width: int)(x) {
             out = x |> repeat 3 as i (x) { out = x |> conv 3x3 width @conv }
           }
    """)

  package static let tooLarge = DiagnosticCode(
    "N0209", "network too large",
    """
    A network may have 100000 layers, a loop 10000 passes; blocks may stand 64 deep in each
    other, and expanding them may take 1000000 steps. The deepest published networks stay far
    below; past these bounds there is nearly always a slip in a count, and it ends with this
    error and not with a machine out of memory. Loops in loops multiply: the message names the
    place at which the bound is passed.

    Wrong: y = image |> repeat 1000000 as i (x) { out = x |> relu }
    Right: y = image |> repeat 100 as i (x) { out = x |> relu }
    """)

  package static let unknownModule = DiagnosticCode(
    "N0210", "unknown library or file",
    """
    `use std.resnet` takes in a module of the standard library, which is part of netc. A text in
    quotes names a file: `use "./blocks.net"` is looked for beside the file that says it, not in
    the current directory, so a project can be checked from anywhere.

    Wrong: use std.deeplabs
           network small {
             input image: rgb[H, W]
             output context = image |> aspp<6, 12, 18> 256 @aspp
           }
    Right: use std.deeplab
           network small {
             input image: rgb[H, W]
             output context = image |> aspp<6, 12, 18> 256 @aspp
           }
    """)

  package static let unknownResult = DiagnosticCode(
    "N0211", "unknown result",
    """
    A block gives `out`, or the results that its header lists, such as `-> c2, c3, c4, c5`. Of a
    block with several results one is picked with a dot. The backbones of the library give their
    stages this way: `c5` is the deepest, `c2` is what a decoder takes as its skip.

    Wrong: body = image |> resnet18 @backbone
           y = body |> conv 1x1 21
    Right: body = image |> resnet18 @backbone
           y = body.c5 |> conv 1x1 21
    """)

  package static let noOut = DiagnosticCode(
    "N0212", "result not bound",
    """
    What a block computes must be bound to `out`, or to the results that its header lists after
    `->`; other names stay inside. The body of `repeat` needs `out` too, since it feeds the next
    pass.

    Wrong: y = image |> repeat 3 as i (x) {
             z = x |> conv 3x3 64 @conv
           }
    Right: y = image |> repeat 3 as i (x) {
             out = x |> conv 3x3 64 @conv
           }
    """)

  package static let indexOutside = DiagnosticCode(
    "N0213", "index outside a list",
    """
    Elements of a list and results of a loop are counted from 0, so the last of n has the index
    n - 1. A negative index does not count from the end; write `widths[count(widths) - 1]`.

    Wrong: widths = [64, 128, 256]
           y = image |> conv 3x3 widths[3]
    Right: widths = [64, 128, 256]
           y = image |> conv 3x3 widths[2]
    """)

  package static let badExpression = DiagnosticCode(
    "N0214", "expression does not fit",
    """
    Expressions join numbers, yes and no, sizes and lists while the network is compiled. On
    values of the network only `+` and `*` work, element by element and between values of the
    network; arithmetic with a constant is the op `power`, which gives (shift + scale · x) to an
    exponent. A division by zero is this error as well.

    Wrong: y = image + 1
    Right: y = image |> power 1 shift=1

    Wrong: y = left - right
    Right: y = left + (right |> power 1 scale=-1)
    """)

  package static let overflow = DiagnosticCode(
    "N0215", "number too large",
    """
    Whole numbers of expressions have 64 bits. A result past 9223372036854775807 is an error: it
    is never wrapped around, since a wrapped number of channels could look plausible. Widths and
    strides are far smaller, so look for a factor too many or a loop that multiplies.

    Wrong: width = 4611686018427387904
           y = image |> conv 3x3 (4 * width)
    Right: width = 64
           y = image |> conv 3x3 (4 * width)
    """)

  package static let noNetwork = DiagnosticCode(
    "N0216", "no network in the file",
    """
    `check`, `run` and `show` work on the network of a file, and a file holds one. A file of
    blocks alone has nothing to run; it is there to be taken in by others with
    `use "./blocks.net"`. Two networks that share blocks stand in files of their own.

    Wrong: block head(x) { out = x |> conv 1x1 21 @classifier }
    Right: block head(x) { out = x |> conv 1x1 21 @classifier }
           network small {
             input image: rgb[H, W]
             output scores = image |> head
           }
    """)

  package static let unknownSetting = DiagnosticCode(
    "N0217", "unknown parameter of the network",
    """
    `--set name=value` and `expect … with name=value` change a parameter of the network, so its
    header must declare it, with a default for the runs that do not set it. Parameters of blocks
    are set where the block is used, not from outside.

    Wrong: netc check small.net --set clases=19
    Right: netc check small.net --set classes=19

    Right: network small(classes: int = 21) {
             input image: rgb[H, W]
             output scores = image |> conv 1x1 classes @classifier
           }
    """)

  package static let misplaced = DiagnosticCode(
    "N0218", "statement out of place",
    """
    Inputs, outputs, expectations, requirements, legends and weights speak about a whole
    network, so they stand in it. A block is put into many networks, and into one of them many
    times; it is made of bindings, loops and conditions.

    Wrong: block half(x) {
             require H % 2 == 0
             out = x |> maxpool 2
           }
    Right: network small {
             input image: rgb[H, W]
             require H % 2 == 0
             output y = image |> maxpool 2
           }
    """)

  package static let noInputOrOutput = DiagnosticCode(
    "N0219", "no input or no output",
    """
    A network reads at least one input and declares at least one output. Only what leads to an
    output is computed; without one there would be nothing to compute. The usual names are
    `logits` and `labels` for segmentation, `scores` for a classifier.

    Wrong: network small {
             input image: rgb[H, W]
             logits = image |> conv 1x1 21
           }
    Right: network small {
             input image: rgb[H, W]
             output logits = image |> conv 1x1 21
           }
    """)

  package static let wrongValueCount = DiagnosticCode(
    "N0220", "wrong number of values",
    """
    Most ops read one value, the one in the pipe. Joins read several: `concat`, `add`, `mul` and
    `max` take them in parentheses, and an addition of one value would do nothing. Other values
    reach an op or block by name, as in `resize like=image` or `decoder low=body.c2`.

    Wrong: y = left |> relu right
    Right: y = add(left, right) |> relu

    Wrong: y = add(left)
    Right: y = add(left, right)
    """)

  package static let expectationFailed = DiagnosticCode(
    "N0221", "expectation not met",
    """
    An `expect` of the file does not hold; the message shows the value that was found.
    Expectations write down what the paper states, such as shapes, output strides and parameter
    counts, so that an edit which changes them is noticed. Either the network or the expectation
    is wrong.

    Wrong: half = image |> conv 3x3 64 stride=2
           expect at 65x65 { shape(half) == [64, 32, 32] }
    Right: half = image |> conv 3x3 64 stride=2
           expect at 65x65 { shape(half) == [64, 33, 33] }

    A padded 3x3 convolution of stride 2 rounds up: 65 rows become 33.
    """)
}
