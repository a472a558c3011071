import Source

/// What a process tells the one that started it.
package enum ExitCode: Int32, Comparable, Sendable {
  case done = 0
  /// The spec is wrong, or an expectation failed.
  case failed = 1
  /// The command line is wrong.
  case usage = 2
  /// Input, weights or output could not be read or written.
  case files = 3
  /// A budget would be exceeded.
  case budget = 4
  /// A fault of netc itself.
  case fault = 70
  case interrupted = 130

  package static func < (left: ExitCode, right: ExitCode) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension DiagnosticCode {
  /// The exit code that an error of this code leads to.
  package var exitCode: ExitCode {
    // Labels and rename rules are written in the spec; the rest of N06 is about files.
    if [.twoUnlabelled, .labelTwice, .badRename].contains(self) { return .failed }
    // What is asked for on the command line and is not in the network.
    if [.unknownOutput, .wrongInputs, .exportNeedsSize].contains(self) { return .usage }
    switch id.prefix(3) {
    case "N06", "N08": return .files
    case "N07": return .budget
    default: return .failed
    }
  }
}

extension DiagnosticSet {
  /// The exit code of the gravest error; done where there is none.
  package var exitCode: ExitCode {
    all.filter { $0.severity == .error }.map(\.code.exitCode).max() ?? .done
  }
}
