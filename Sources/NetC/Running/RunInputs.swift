import Frontend
import IR
import Source

/// The files of a network's inputs, as the command line names them.
package struct RunInputs: Sendable {
  /// One run each.
  package let primary: [String]
  /// The same in every run, by the input's name.
  package let others: [String: String]

  /// `named` are texts of the form `name=path`.
  package init(
    _ graph: Graph, _ output: GraphOutput, operands: [String], named: [String]
  ) throws {
    let first = graph.primaryInput
    let known = graph.inputs.map(\.name)
    var others: [String: String] = [:]
    for text in named {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[1].isEmpty else {
        throw UsageError(
          "`--input` cannot be `\(DiagnosticText.printable(text))`",
          help: "write `--input \(known.last ?? "name")=PATH`")
      }
      let name = String(parts[0])
      guard known.contains(name) else { throw Diagnostic.unknownInput(name, known) }
      guard others.updateValue(String(parts[1]), forKey: name) == nil else {
        throw UsageError("the input `\(name)` is given twice")
      }
    }
    if let path = others.removeValue(forKey: first.name) {
      guard operands.isEmpty else {
        throw UsageError("the input `\(first.name)` is given twice", help: "name it once")
      }
      primary = [path]
    } else {
      guard !operands.isEmpty else { throw Diagnostic.noInput(first.name) }
      primary = operands
    }
    let needed = Set(graph.reachable(from: [output.value]))
    for input in graph.inputs where input.value != first.value && needed.contains(input.value) {
      guard others[input.name] != nil else { throw Diagnostic.missingInput(input) }
    }
    self.others = others
  }
}

extension Diagnostic {
  fileprivate static func unknownInput(_ name: String, _ known: [String]) -> Diagnostic {
    let list = known.map { "`\($0)`" }.joined(separator: ", ")
    return Diagnostic(
      .wrongInputs, "the network has no input `\(name)`",
      help: nearest(name, among: known).map { "did you mean `\($0)`?" } ?? "it has \(list)")
  }

  fileprivate static func noInput(_ name: String) -> Diagnostic {
    Diagnostic(
      .wrongInputs, "no file is given for the input `\(name)`",
      help: "write `netc run FILE INPUT...`")
  }

  fileprivate static func missingInput(_ input: GraphInput) -> Diagnostic {
    Diagnostic(
      .wrongInputs, "no file is given for the input `\(input.name)`", at: input.span,
      help: "write `--input \(input.name)=\(input.name).npy`")
  }
}
