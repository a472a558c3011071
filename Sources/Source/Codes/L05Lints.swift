extension DiagnosticCode {
  package static let lints: [DiagnosticCode] = [
    idleAllowance, deadTaps,
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
    The lint fires where less than a third of the taps is at work at a size that the file states,
    `--at` or `expect at`, as an error where a layer is exactly a 1x1. `netc show --at` has the number
    of every layer.

    Wrong: x |> conv 3x3 256 rate=36   // on a 33 x 33 map
    Right: x |> conv 3x3 256 rate=12
    """)
}
