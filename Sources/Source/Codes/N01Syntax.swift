extension DiagnosticCode {
  package static let syntax: [DiagnosticCode] = [
    .missingVersion, .unknownVersion, .unexpected, .unclosed, .unmatched, .declarationExpected,
    .statementExpected, .statementNotAllowed, .secondLabel, .looseOperator, .unknownType,
    .reservedWord, .chainedComparison, .expressionTooLong, .misplacedLabel,
    .badAllowance,
  ]

  package static let missingVersion = DiagnosticCode(
    "N0101", "missing version line",
    """
    A file starts with the version of the language it is written in. The version decides how the
    file is read and which standard library it gets, so that a network means the same in years to
    come. Only comments may come before it.

    Wrong: network small { … }
    Right: netc 1
           network small { … }
    """)

  package static let unknownVersion = DiagnosticCode(
    "N0102", "unknown version of the language",
    """
    The file names a version of the language that this program does not know. Version 1 is the only
    one so far; a file for a later version needs a later program.

    Wrong: netc 2
    Right: netc 1
    """)

  package static let unexpected = DiagnosticCode(
    "N0103", "unexpected text",
    """
    Something else must stand at this place. The message names what was expected and what was found;
    the mistake is there or shortly before. Common causes are a missing comma, a missing space
    between a name and an argument, or an argument where none belongs.

    Wrong: input image rgb[H, W]
    Right: input image: rgb[H, W]

    Wrong: concat(a b)
    Right: concat(a, b)
    """)

  package static let unclosed = DiagnosticCode(
    "N0104", "bracket is not closed",
    """
    A bracket or brace is opened and the line, the body or the file ends before it is closed. The
    note shows where it is opened. When a brace is missing, the place that misses it is often far
    above the end of the file: look for the body whose indentation does not fit.

    Wrong: out = concat(a, b
    Right: out = concat(a, b)

    Wrong: each r in rates as branch {
             out = x |> conv 3x3 64 rate=r
           output logits = scores
    Right: each r in rates as branch {
             out = x |> conv 3x3 64 rate=r
           }
           output logits = scores
    """)

  package static let unmatched = DiagnosticCode(
    "N0105", "bracket closes nothing",
    """
    A closing bracket or brace has no opening one, or the innermost open one is of another kind.

    Wrong: y = x |> conv 3x3 64)
    Right: y = (x |> conv 3x3 64)

    Wrong: rates = [6, 12, 18)
    Right: rates = [6, 12, 18]
    """)

  package static let declarationExpected = DiagnosticCode(
    "N0106", "declaration expected",
    """
    At the top level of a file stand declarations: `use` takes in a library or a file, `block`
    defines a block, `network` a network. Everything else stands inside the braces of a block or
    network.

    Wrong: netc 1
           x = image |> relu
    Right: netc 1
           network small {
             input image: rgb[H, W]
             output x = image |> relu
           }
    """)

  package static let statementExpected = DiagnosticCode(
    "N0107", "statement expected",
    """
    In a body each line is a statement: a binding `name = value`, `each`, `if`, `require`,
    `convention` or `unused`, and in a network also `input`, `output`, `expect`, `legend`,
    `weights`, `rename` and `ignore`. A value alone does nothing, so it must get a name; the result
    of a block is the name `out`, unless its header lists others.

    Wrong: block head(x) { x |> conv 1x1 21 }
    Right: block head(x) { out = x |> conv 1x1 21 }

    A statement goes on in the next line after an operator or a comma, inside parentheses, or
    where the next line starts with `|>`.

    Wrong: point = x
             conv 1x1 256
    Right: point = x
             |> conv 1x1 256
    """)

  package static let statementNotAllowed = DiagnosticCode(
    "N0108", "statement not allowed here",
    """
    Inputs, outputs, expectations, legends and the handling of weight files belong to a network as a
    whole, so they stand directly in it or in an `if` of it. A block is a template that many
    networks use, and a body of `each` or `repeat` is instantiated many times; neither can have
    them. Blocks and networks are declared at the top level of a file only.

    Wrong: block head(x) {
             output scores = x |> conv 1x1 21
           }
    Right: block head(x) {
             out = x |> conv 1x1 21
           }
           network small {
             input image: rgb[H, W]
             output scores = image |> head
           }
    """)

  package static let secondLabel = DiagnosticCode(
    "N0109", "second label",
    """
    A stage has one label. It names the layer inside its block; the label of the instance around it
    is put in front when the full name is made, so there is no need to write both.

    Wrong: conv 3x3 64 @layer1 @conv1
    Right: conv 3x3 64 @layer1.conv1
    """)

  package static let looseOperator = DiagnosticCode(
    "N0110", "operator among arguments",
    """
    Arguments of a stage are separated by spaces, so each is a literal, a name, a call, a list or an
    expression in parentheses. An operator outside of parentheses could belong to the argument or to
    the whole pipe. `|>` binds loosest of all: `a + b |> relu` is the relu of the sum.

    Wrong: x |> conv 1x1 2 * width
    Right: x |> conv 1x1 (2 * width)

    Wrong: y = x |> relu + skip
    Right: y = (x |> relu) + skip
    """)

  package static let unknownType = DiagnosticCode(
    "N0111", "unknown type of parameter",
    """
    A parameter of a block or network has one of these types: `int`, `size`, `rate`, `stride`,
    `bool`, `decimal`, `list` and `activation`. The maps that flow through a block have no type;
    they are named in parentheses of their own, after the parameters.

    Wrong: block head(x: tensor, width: integer)
    Right: block head(width: int)(x)
    """)

  package static let reservedWord = DiagnosticCode(
    "N0112", "reserved word as a name",
    """
    A few words always have their own meaning and cannot name anything: `if`, `then`, `else`, `and`,
    `or`, `not`, `in`, `each`, `repeat`, `unused`, `true`, `false`, `yes` and `no`. Words such as
    `input`, `output`, `weights`, `at` or `os` are free to be names.

    Wrong: in = image |> conv 3x3 64
    Right: stem = image |> conv 3x3 64
    """)

  package static let chainedComparison = DiagnosticCode(
    "N0113", "chained comparison",
    """
    A comparison has two sides and its value is true or false, which cannot be compared with a
    number. What `1 < n < 5` means in mathematics is written with `and`.

    Wrong: require 1 < n < 5
    Right: require 1 < n and n < 5
    """)

  package static let expressionTooLong = DiagnosticCode(
    "N0114", "expression too long",
    """
    One expression chains at most 256 operators, indices or stages of a pipe. A chain of that length
    cannot be read, and an error in it cannot be explained well.

    Wrong: out = x |> conv 3x3 64 |> relu |> conv 3x3 64 |> relu … 300 stages
    Right: out = x |> repeat 100 as i (y) {
             out = y |> conv 3x3 64 |> relu
           }

    Bind a part to a name and go on from there, or say what repeats with `repeat` or a block.
    """)

  package static let misplacedLabel = DiagnosticCode(
    "N0115", "label without a stage",
    """
    A label names the weights of a layer or the instance of a block, so it ends a stage of a pipe. A
    name, a call such as `concat(a, b)` and an operator have no weights.

    Wrong: joined = concat(a, b) @project
    Right: joined = concat(a, b) |> conv 1x1 256 @project
    """)

  package static let badAllowance = DiagnosticCode(
    "N0116", "allowance that cannot be read",
    """
    A comment that starts with `netc:` allows one lint on one line: `// netc: allow`, the lint's code
    and the reason, which is never left out: it is what the next reader needs. It stands at the end
    of the line where the finding is drawn, or alone on the line before; several codes take a comment
    each.

    Wrong: x |> conv 3x3 64 rate=36  // netc: allow L0501
    Right: x |> conv 3x3 64 rate=36  // netc: allow L0501 the checkpoint was trained so
    """)
}
