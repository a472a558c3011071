/// A command of `netc`: one type, registered by one line in `CommandList`.
package protocol Command: Sendable {
  static var name: String { get }
  /// One line of help.
  static var summary: String { get }
  /// Whole command lines; help begins with them.
  static var examples: [String] { get }
  /// What follows the name, apart from flags: `FILE...`.
  static var operands: String { get }
  /// Flags besides the common ones.
  static var options: [CommandOption] { get }
  /// What help says after the flags.
  static var notes: String { get }

  /// Does the work; data to `console.output`, everything else to `console.messages`.
  ///
  /// Throws `UsageError`, `Diagnostic`, `FormatError` of the console, or what it reported itself
  /// as a code it returns.
  static func run(_ arguments: Arguments, _ console: inout Console) throws -> ExitCode
}

extension Command {
  package static var notes: String { "" }

  /// Every flag it takes.
  package static var allOptions: [CommandOption] { options + CommandOption.common }
}

/// A command line that makes no sense, and how to mend it.
package struct UsageError: Error, Hashable, Sendable {
  package let message: String
  package let help: String?

  package init(_ message: String, help: String? = nil) {
    self.message = message
    self.help = help
  }
}
