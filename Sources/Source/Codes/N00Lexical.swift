extension DiagnosticCode {
  package static let lexical: [DiagnosticCode] = [
    .fileTooLarge, .notUTF8, .controlCharacter, .unknownCharacter, .unterminatedText,
    .unknownEscape, .malformedNumber, .numberOutOfRange, .malformedLabel, .nestedTooDeep,
  ]

  package static let fileTooLarge = DiagnosticCode(
    "N0001", "file too large",
    """
    A file of the language may have 4 MiB. A network that a person reads has a few kilobytes, so a
    file of this size is most often not a network at all: a weight file, a picture, or a generated
    text.

    Wrong: netc check resnet101.safetensors
    Right: netc check resnet101.net -w resnet101.safetensors

    A large generated network can be split: put blocks into files of their own and join them with
    `use "./part.net"`.
    """)

  package static let notUTF8 = DiagnosticCode(
    "N0002", "not UTF-8 text",
    """
    A file of the language is UTF-8 text. The bytes at the place shown are not, so it was saved in
    another encoding, or it is no text. Names, numbers and operators are plain ASCII; only comments
    and texts in quotes hold other characters.

    Wrong: a comment with an é saved as Latin-1 (the byte E9)
    Right: the same comment saved as UTF-8 (the bytes C3 A9)

    Let the editor save the file as UTF-8. A byte order mark at the start is accepted.
    """)

  package static let controlCharacter = DiagnosticCode(
    "N0003", "control character",
    """
    The file holds a character that cannot be seen: a NUL, another control character, a carriage
    return without a line feed, or a mark that reorders the text on the screen. Such a character
    would make the file read differently than it looks, so none is accepted, not even in a comment.

    Wrong: lines that end with a carriage return alone
    Right: lines that end with a line feed, or with carriage return and line feed

    Delete the character; the tab is the only one that may stay.
    """)

  package static let unknownCharacter = DiagnosticCode(
    "N0004", "unknown character",
    """
    The character starts nothing the language knows. Often it comes from another language or from a
    text processor that made a typographic sign of a plain one.

    Wrong: # a comment          Right: // a comment
    Wrong: legend ['sky']       Right: legend ["sky"]
    Wrong: conv 3×3 64          Right: conv 3x3 64
    Wrong: a && b               Right: a and b

    Names are made of ASCII letters, digits and `_`, and start with a letter or `_`.
    """)

  package static let unterminatedText = DiagnosticCode(
    "N0005", "unterminated text",
    """
    A text in double quotes ends on the line it starts on. Here the line, or the file, ends before
    the closing quote.

    Wrong: weights "resnet101.safetensors
    Right: weights "resnet101.safetensors"

    A quote inside a text is written `\\"`, a line break `\\n`, a backslash `\\\\`.
    """)

  package static let unknownEscape = DiagnosticCode(
    "N0006", "unknown escape",
    """
    Inside a text in quotes a backslash starts an escape. There are three: `\\"` for a quote, `\\\\`
    for a backslash and `\\n` for a line break. Anything else is more likely a mistake than a wish,
    such as a path written with backslashes.

    Wrong: weights "models\\unet.pth"
    Right: weights "models/unet.pth"
    """)

  package static let malformedNumber = DiagnosticCode(
    "N0007", "malformed number",
    """
    A number is written in one of these ways, without spaces:

      256, 1_000        whole numbers, with `_` between digits where it helps the eye
      0.5, 1e-5         decimals, with digits on both sides of the point
      3x3, 513x513      sizes, height and width with a small `x`
      2x, 0.5x          factors

    Wrong: 007     Right: 7
    Wrong: .5      Right: 0.5
    Wrong: 3..5    Right: [3, 4, 5]
    Wrong: 3X3     Right: 3x3

    There are no hexadecimal numbers: `0x0` is a size.
    """)

  package static let numberOutOfRange = DiagnosticCode(
    "N0008", "number out of range",
    """
    The number is spelled well but too large to be held, or so small that it would become zero.
    Whole numbers go up to 9223372036854775807; decimals are 64-bit floating point.

    Wrong: conv 3x3 99999999999999999999
    Right: conv 3x3 256
    Wrong: bn eps=1e-999
    Right: bn eps=1e-5
    """)

  package static let malformedLabel = DiagnosticCode(
    "N0009", "malformed label",
    """
    After `@` stands a label: the path of a layer's weights inside its block. Its parts are letters,
    digits, `_` and `-`, joined by dots, and expressions in braces; it clings to the `@`, and no
    part is empty.

    Wrong: conv 1x1 64 @ proj        Right: conv 1x1 64 @proj
    Wrong: conv 1x1 64 @convs..0     Right: conv 1x1 64 @convs.0
    Wrong: conv 1x1 64 @convs.       Right: conv 1x1 64 @convs.{i}

    `@_` names nothing and adds no prefix to the names inside the instance.
    """)

  package static let nestedTooDeep = DiagnosticCode(
    "N0010", "nested too deep",
    """
    Brackets, braces and prefix operators nest at most 64 levels deep. A network written by hand
    needs five or six; a text that nests deeper has most often lost a closing bracket, or was
    generated.

    Wrong: ((((((( … 65 parentheses … x … )))))))
    Right: inner = x |> conv 3x3 64
           outer = inner |> relu

    Bind an inner part to a name of its own, or move it into a block.
    """)
}
