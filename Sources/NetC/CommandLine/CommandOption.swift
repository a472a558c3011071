import IR

/// A flag of a command: its spelling, what it takes and a line of help.
package struct CommandOption: Sendable {
  package enum Kind: Sendable {
    /// Present or not.
    case flag
    /// `513x513`, height first
    case size
    case integer(ClosedRange<Int>)
    /// `200M`, an integer of bytes
    case bytes
    case word([String])
    /// Any text but an empty one; the placeholder names it in help.
    case text(String)
    /// `name=value`
    case setting
  }

  /// Without its dashes.
  package let name: String
  package let short: Character?
  package let kind: Kind
  package let summary: String
  package let isRepeatable: Bool

  package init(
    _ name: String, short: Character? = nil, _ kind: Kind, _ summary: String,
    isRepeatable: Bool = false
  ) {
    self.name = name
    self.short = short
    self.kind = kind
    self.summary = summary
    self.isRepeatable = isRepeatable
  }

  /// As written: `--at`.
  package var spelling: String { "--\(name)" }

  /// What stands for its value in help; nil of a flag.
  package var placeholder: String? {
    switch kind {
    case .flag: nil
    case .size: "HxW"
    case .integer: "N"
    case .bytes: "BYTES"
    case .word(let words): words.joined(separator: "|")
    case .text(let placeholder): placeholder
    case .setting: "name=value"
    }
  }
}

/// A value that a flag was given.
package enum OptionValue: Hashable, Sendable {
  case present
  case size(height: Int, width: Int)
  case integer(Int)
  case text(String)
  case setting(name: String, value: Constant)
}

/// The flags that several commands share.
extension CommandOption {
  package static let help = CommandOption("help", short: "h", .flag, "print help and stop")
  package static let verbose = CommandOption("verbose", short: "v", .flag, "say more")
  package static let quiet = CommandOption(
    "quiet", short: "q", .flag, "say nothing but warnings and errors")
  package static let color = CommandOption(
    "color", .word(["auto", "always", "never"]), "colour messages; NO_COLOR is honoured")
  /// Every command takes these.
  package static let common = [color, verbose, quiet, help]

  package static let warnings = CommandOption(
    "warnings", short: "W", .word(["error"]), "warnings fail the command")
  package static let json = CommandOption("json", .flag, "print JSON instead of text")
  package static let at = CommandOption("at", .size, "the image size, height first")
  package static let outputStride = CommandOption(
    "os", .integer(1...4096), "the network's output stride; the same as --set os=N")
  package static let set = CommandOption(
    "set", .setting, "a parameter of the network, such as classes=19 or grid=[1,2,4]",
    isRepeatable: true)
  package static let weights = CommandOption(
    "weights", short: "w", .text("WEIGHTS"), "the file of weights: safetensors, .pth, .npz")
  package static let rename = CommandOption(
    "rename", .text("'NEW <- OLD'"), "a rule for the names of WEIGHTS, before those of the network",
    isRepeatable: true)
  package static let ignore = CommandOption(
    "ignore", .text("PATTERN"), "leave out what WEIGHTS has besides the network's own names",
    isRepeatable: true)
  package static let randomWeights = CommandOption(
    "random-weights", .integer(0...Int.max), "random weights, the same for a seed everywhere")
  package static let output = CommandOption(
    "output", .text("NAME"), "compute only this output", isRepeatable: true)
}
