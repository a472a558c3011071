import IR
import Tensors

/// The arguments of a command, read against its flags.
package struct Arguments: Sendable {
  package let operands: [String]
  private let values: OptionValues

  init(operands: [String], values: OptionValues) {
    self.operands = operands
    self.values = values
  }

  package func has(_ option: CommandOption) -> Bool { !values[option].isEmpty }

  package func integer(_ option: CommandOption) -> Int? {
    if case .integer(let value)? = values[option].first { value } else { nil }
  }

  package func text(_ option: CommandOption) -> String? { texts(option).first }

  package func texts(_ option: CommandOption) -> [String] {
    texts(of: [option]).map(\.text)
  }

  /// The texts of several flags in the order of the command line.
  package func texts(of options: [CommandOption]) -> [(option: CommandOption, text: String)] {
    values.all.compactMap { name, value in
      guard case .text(let text) = value else { return nil }
      return options.first { $0.name == name }.map { ($0, text) }
    }
  }

  package func size(_ option: CommandOption) -> Sizes? {
    guard case .size(let height, let width)? = values[option].first else { return nil }
    return Sizes(height: height, width: width)
  }

  /// `--set name=value …` and `--os N`, in order.
  package var settings: [(name: String, value: Constant)] {
    var settings = values[.set].compactMap {
      if case .setting(let name, let value) = $0 { (name: name, value: value) } else { nil }
    }
    if let stride = integer(.outputStride) { settings.append(("os", .int(stride))) }
    return settings
  }

  /// The same with those of another flag, which come before them.
  package func settings(over option: CommandOption) -> [(name: String, value: Constant)] {
    let own = values[option].compactMap {
      if case .setting(let name, let value) = $0 { (name: name, value: value) } else { nil }
    }
    return settings.filter { shared in !own.contains { $0.name == shared.name } } + own
  }

  /// The operands, at least one of them.
  package func files(of command: any Command.Type) throws(UsageError) -> [String] {
    guard !operands.isEmpty else {
      throw UsageError(
        "`\(command.name)` needs a file", help: "write `\(command.examples[0])`")
    }
    return operands
  }

  /// The only operand.
  package func file(of command: any Command.Type) throws(UsageError) -> String {
    let files = try files(of: command)
    guard files.count == 1 else {
      throw UsageError(
        "`\(command.name)` takes one file, not \(files.count)",
        help: "write `\(command.examples[0])`")
    }
    return files[0]
  }
}

/// The values of flags in the order of the command line.
struct OptionValues: Sendable {
  private(set) var all: [(name: String, value: OptionValue)] = []

  mutating func append(_ value: OptionValue, to option: CommandOption) {
    all.append((option.name, value))
  }

  subscript(option: CommandOption) -> [OptionValue] {
    all.filter { $0.name == option.name }.map(\.value)
  }
}
