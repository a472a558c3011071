import Formats
import Source

/// A stream of text that says when it cannot be written.
package protocol TextOutput {
  mutating func write(_ text: String) throws(FormatError)
  mutating func flush() throws(FormatError)
}

extension ByteOutput: TextOutput {}

/// Where a command writes: data to `output`, everything else to `messages`.
package struct Console {
  package var output: any TextOutput
  package var messages: any TextOutput
  /// Whether messages are coloured.
  package var color = false
  package var isVerbose = false
  package var isQuiet = false
  /// Whether warnings fail the command.
  package var failsOnWarnings = false
  /// Reads standard input to its end.
  package let readInput: @Sendable () throws(FormatError) -> [UInt8]

  package init(
    output: any TextOutput, messages: any TextOutput,
    readInput: @escaping @Sendable () throws(FormatError) -> [UInt8]
  ) {
    self.output = output
    self.messages = messages
    self.readInput = readInput
  }

  /// A line of data.
  package mutating func print(_ line: String) throws(FormatError) {
    try output.write(line + "\n")
  }

  /// A line that is not data; one that cannot be written is lost.
  package mutating func say(_ line: String) {
    try? messages.write(line + "\n")
    try? messages.flush()
  }

  /// An error of the command line or of a file, in the form of diagnostics without a code.
  package mutating func sayError(_ message: String, help: String? = nil) {
    let head = color ? "\u{1B}[31merror\u{1B}[0m" : "error"
    say("netc: \(head): \(DiagnosticText.printable(message))")
    if let help { say("  = help: \(DiagnosticText.printable(help))") }
  }

  /// Draws findings, and returns the exit code they lead to.
  package mutating func report(
    _ diagnostics: DiagnosticSet, _ sources: SourceMap = SourceMap()
  ) -> ExitCode {
    if !diagnostics.isEmpty {
      let text = DiagnosticRenderer(sources: sources, color: color).render(diagnostics)
      try? messages.write(text)
      try? messages.flush()
    }
    return exitCode(of: diagnostics)
  }

  package func exitCode(of diagnostics: DiagnosticSet) -> ExitCode {
    if failsOnWarnings, diagnostics.hasWarnings { return max(.failed, diagnostics.exitCode) }
    return diagnostics.exitCode
  }
}

/// Text from outside made fit for a terminal.
package enum DiagnosticText {
  package static func printable(_ text: String) -> String {
    DiagnosticRenderer.printable(text, limit: 400)
  }
}
