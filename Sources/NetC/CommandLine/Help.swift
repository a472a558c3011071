/// The texts of `netc help`; examples come first.
enum Help {
  static var overview: String {
    var text = """
      netc check models/deeplabv3plus.net
      netc show models/deeplabv3plus.net --at 513x513

      netc compiles and runs convolutional networks that are written in a small language.

      commands:

      """
    let width = CommandList.all.map { $0.name.count }.max() ?? 0
    for command in CommandList.all {
      text += "  \(command.name.padded(to: width))  \(command.summary)\n"
    }
    text += """

      `netc help COMMAND` shows examples and flags of a command, `netc explain CODE` says what a
      diagnostic means, `netc --version` prints the version.

      exit codes: 0 done; 1 the spec or an expectation failed; 2 wrong usage; 3 a file could not
      be read or written; 4 a budget was exceeded; 70 a fault of netc; 130 interrupted

      """
    return text
  }

  static func text(of command: any Command.Type) -> String {
    var text = command.examples.map { "\($0)\n" }.joined()
    text += "\n\(command.name): \(command.summary)\n"
    let operands = command.operands.isEmpty ? "" : " \(command.operands)"
    text += "\nusage: netc \(command.name)\(operands) [flags]\n\nflags:\n"
    let rows = command.allOptions.map { option in
      let short = option.short.map { "-\($0), " } ?? "    "
      let value = option.placeholder.map { " \($0)" } ?? ""
      return (short + option.spelling + value, option.summary)
    }
    let width = rows.map(\.0.count).max() ?? 0
    for (flag, summary) in rows { text += "  \(flag.padded(to: width))  \(summary)\n" }
    if !command.notes.isEmpty { text += "\n\(command.notes)\n" }
    return text
  }
}
