import IR
import Tensors

/// The arguments of a command, read against its flags.
package struct Arguments: Sendable {
  package let operands: [String]
  private let values: [String: [OptionValue]]

  init(operands: [String], values: [String: [OptionValue]]) {
    self.operands = operands
    self.values = values
  }

  package func has(_ option: CommandOption) -> Bool { values[option.name] != nil }

  package func integer(_ option: CommandOption) -> Int? {
    if case .integer(let value)? = values[option.name]?.first { value } else { nil }
  }

  package func text(_ option: CommandOption) -> String? { texts(option).first }

  package func texts(_ option: CommandOption) -> [String] {
    (values[option.name] ?? []).compactMap {
      if case .text(let text) = $0 { text } else { nil }
    }
  }

  package func size(_ option: CommandOption) -> Sizes? {
    guard case .size(let height, let width)? = values[option.name]?.first else { return nil }
    return Sizes(height: height, width: width)
  }

  /// `--set name=value …` and `--os N`, in order.
  package var settings: [(name: String, value: Constant)] {
    var settings = (values[CommandOption.set.name] ?? []).compactMap {
      if case .setting(let name, let value) = $0 { (name: name, value: value) } else { nil }
    }
    if let stride = integer(.outputStride) { settings.append(("os", .int(stride))) }
    return settings
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
