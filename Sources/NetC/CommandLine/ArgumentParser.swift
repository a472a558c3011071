import Frontend

/// Reads `--flag value`, `--flag=value`, `-w value`, `-W`, `--` and operands.
package struct ArgumentParser {
  private let command: any Command.Type
  private var rest: ArraySlice<String>
  private var operands: [String] = []
  private var values = OptionValues()

  /// The arguments that follow the command's name.
  package static func parse(
    _ arguments: [String], for command: any Command.Type
  ) throws(UsageError) -> Arguments {
    var parser = ArgumentParser(command: command, rest: arguments[...])
    try parser.run()
    return Arguments(operands: parser.operands, values: parser.values)
  }

  private init(command: any Command.Type, rest: ArraySlice<String>) {
    self.command = command
    self.rest = rest
  }

  private mutating func run() throws(UsageError) {
    while let argument = rest.popFirst() {
      if argument == "--" {
        for operand in rest { try take(operand: operand) }
        break
      }
      if argument.hasPrefix("--") {
        let parts = argument.dropFirst(2).split(
          separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        guard let option = command.allOptions.first(where: { $0.name == name }) else {
          throw .unknownFlag("--\(name)", of: command)
        }
        try take(option, as: "--\(name)", parts.count == 2 ? String(parts[1]) : nil)
      } else if argument.hasPrefix("-"), argument != "-" {
        try takeShort(argument)
      } else {
        try take(operand: argument)
      }
    }
    if case .integer = values[.outputStride].first {
      let isSet = values[.set].contains {
        if case .setting("os", _) = $0 { true } else { false }
      }
      if isSet { throw UsageError("`os` is set twice: by --os and by --set") }
    }
  }

  /// `-w x`, `-w=x`; flags without values may stand together: `-vq`.
  private mutating func takeShort(_ argument: String) throws(UsageError) {
    var letters = argument.dropFirst()
    while let letter = letters.popFirst() {
      let spelling = "-\(letter)"
      guard let option = command.allOptions.first(where: { $0.short == letter }) else {
        throw .unknownFlag(letters.isEmpty ? spelling : argument, of: command)
      }
      if case .flag = option.kind {
        try take(option, as: spelling, nil)
        continue
      }
      if letters.first == "=" { letters.removeFirst() }
      try take(option, as: spelling, letters.isEmpty ? nil : String(letters))
      return
    }
  }

  private mutating func take(operand: String) throws(UsageError) {
    guard !operand.isEmpty else { throw UsageError("an argument is empty") }
    operands.append(operand)
  }

  private mutating func take(
    _ option: CommandOption, as spelling: String, _ attached: String?
  ) throws(UsageError) {
    if case .flag = option.kind {
      guard attached == nil else { throw UsageError("`\(spelling)` takes no value") }
      return try store(.present, option, spelling)
    }
    guard let text = attached ?? rest.popFirst(), !text.isEmpty else {
      throw UsageError(
        "`\(spelling)` needs a value",
        help: "write `\(spelling) \(option.placeholder ?? "")`")
    }
    try store(try option.value(text, as: spelling), option, spelling)
  }

  private mutating func store(
    _ value: OptionValue, _ option: CommandOption, _ spelling: String
  ) throws(UsageError) {
    if case .setting(let name, _) = value {
      let isTwice = values[option].contains {
        if case .setting(name, _) = $0 { true } else { false }
      }
      if isTwice { throw UsageError("`\(name)` is set twice") }
    }
    guard option.isRepeatable || values[option].isEmpty else {
      throw UsageError("`\(spelling)` is given twice")
    }
    values.append(value, to: option)
  }
}

extension UsageError {
  fileprivate static func unknownFlag(_ flag: String, of command: any Command.Type) -> UsageError {
    let own = command.allOptions.flatMap { option in
      [option.spelling] + (option.short.map { ["-\($0)"] } ?? [])
    }
    let message = "`\(command.name)` has no flag `\(DiagnosticText.printable(flag))`"
    if let guess = nearest(flag, among: own) {
      return UsageError(message, help: "did you mean `\(guess)`?")
    }
    let others = CommandList.all.filter { other in
      other.allOptions.contains { $0.spelling == flag }
    }
    if let other = others.first {
      return UsageError(message, help: "it is a flag of `netc \(other.name)`")
    }
    return UsageError(message, help: "`netc help \(command.name)` lists its flags")
  }
}
