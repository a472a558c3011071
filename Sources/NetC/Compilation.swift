import Frontend
import IR
import Source

/// A file read, elaborated with settings and checked, with everything found on the way.
package struct Compilation: Sendable {
  package let path: String
  package let program: Program
  package let elaboration: Elaboration?
  /// The network, where no error was found.
  package let checked: CheckedGraph?
  package let diagnostics: DiagnosticSet

  /// Compiles a text; `read` fetches files named by `use "./x.net"`.
  package init(
    path: String, bytes: [UInt8], settings: [(name: String, value: Constant)] = [],
    read: @escaping SourceReader
  ) {
    self.path = path
    program = Program(path: path, bytes: bytes, read: read)
    var found = program.diagnostics
    elaboration = program.elaborate(settings)
    var graph: CheckedGraph?
    if let elaboration {
      found.add(contentsOf: elaboration.diagnostics)
      if !found.hasErrors {
        graph = check(
          elaboration.graph, requirements: elaboration.facts.requirements, into: &found)
      }
    }
    checked = found.hasErrors ? nil : graph
    diagnostics = found
  }

  /// The findings as text, with carets.
  package func rendered(_ diagnostics: DiagnosticSet, color: Bool = false) -> String {
    DiagnosticRenderer(sources: program.sources, color: color).render(diagnostics)
  }
}
