import Frontend
import Source

/// `netc explain CODE`: the long text of a diagnostic.
package enum ExplainCommand: Command {
  package static let name = "explain"
  package static let summary = "say what a diagnostic means"
  package static let examples = ["netc explain N0312", "netc explain"]
  package static let operands = "[CODE...]"
  package static let options: [CommandOption] = [.json]
  package static let notes = "Without a code it lists all of them."

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
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
