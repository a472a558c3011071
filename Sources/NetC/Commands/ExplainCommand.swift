import Formats
import Frontend
import Source

/// `netc explain FILE:LINE`: what a line became; `netc explain CODE`: the long text of a diagnostic.
package enum ExplainCommand: Command {
  package static let name = "explain"
  package static let summary = "say what a line of a network became, or what a diagnostic means"
  package static let examples = [
    "netc explain models/deeplabv3plus.net:16 --at 513x513",
    "netc explain models/deeplabv3plus.net:16 --at 513x513 --measure",
    "netc explain shared.net:7 --in segmenter.net --at 512x512",
    "netc explain N0312",
    "netc explain",
  ]
  package static let operands = "FILE:LINE | [CODE...]"
  package static let options: [CommandOption] = [
    .at, within, measure, .output, .threads, .isa, .winograd, .precision, .outputStride, .set,
    .warnings, .json,
  ]
  package static let notes = """
    Of a line: the layers that it wrote, itself or through the blocks it calls, with their sizes,
    windows, live taps, receptive fields and cost; what became of each in the plan that `run`
    executes; the kernels, those that refused and why, weights as packed, bytes of maps; and the
    share of the time. That is an estimate from products and bytes, unless --measure times every step
    (5 runs, random weights). Without --at it is the first size that the file states in `expect`.
    -v unfolds bn and relu, and tells of each step why however many there are.

    A line of a file of blocks takes the network that uses it: --in. All instances are told. A
    FILE:LINE:COLUMN of a diagnostic is taken as it is. Without anything all codes are listed.
    """

  static let within = CommandOption(
    "in", .text("NETWORK"), "the network that uses FILE, where FILE holds blocks only")
  static let measure = CommandOption("measure", .flag, "time the steps instead of estimating")

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    if let place = try place(arguments) { return try explain(place, arguments, &console) }
    for option in options where option.name != CommandOption.json.name && arguments.has(option) {
      throw UsageError(
        "`\(option.spelling)` is about a line of a network", help: "write `\(examples[0])`")
    }
    let codes = try arguments.operands.map { id throws(UsageError) in try find(id) }
    if arguments.has(.json) {
      let list = (codes.isEmpty ? DiagnosticCode.all : codes).map(\.json)
      try console.output.write(JSON.document(["codes": .array(list)]).text)
      return .done
    }
    if codes.isEmpty {
      for code in DiagnosticCode.all { try console.print("\(code.id)  \(code.title)") }
      return .done
    }
    for (index, code) in codes.enumerated() {
      if index > 0 { try console.print("") }
      try console.print("\(code.id): \(code.title)\n\n\(code.explanation)")
    }
    return .done
  }

  /// The line asked for; nil where codes are, which have neither colons nor slashes.
  private static func place(_ arguments: Arguments) throws(UsageError) -> LinePlace? {
    guard
      let operand = arguments.operands.first(where: {
        $0.contains(":") || $0.contains("/") || $0.hasSuffix(".net")
      })
    else { return nil }
    let shown = DiagnosticText.printable(operand)
    guard arguments.operands.count == 1 else {
      throw UsageError(
        "`explain` takes one line, not \(arguments.operands.count) things", help: examples[0])
    }
    guard let place = LinePlace(operand) else {
      let file =
        shown.hasSuffix(".net")
        ? shown[...] : shown[..<(shown.lastIndex(of: ":") ?? shown.endIndex)]
      throw UsageError("`\(shown)` names no line", help: "write `\(file):12`")
    }
    return place
  }

  private static func find(_ id: String) throws(UsageError) -> DiagnosticCode {
    if let code = DiagnosticCode.find(id) { return code }
    let guess = nearest(id.uppercased(), among: DiagnosticCode.all.map(\.id))
    throw UsageError(
      "there is no diagnostic `\(DiagnosticText.printable(id))`",
      help: guess.map { "did you mean `\($0)`?" } ?? "`netc explain` lists them")
  }
}

extension DiagnosticCode {
  fileprivate var json: JSON {
    .members([
      "code": .text(id), "title": .text(title), "explanation": .text(explanation),
      "exit_code": .integer(Int(exitCode.rawValue)),
    ])
  }
}
