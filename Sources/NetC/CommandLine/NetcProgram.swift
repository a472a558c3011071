import Formats
import Frontend
import Source

/// The program `netc`: finds the command, runs it and turns what went wrong into an exit code.
public enum NetcProgram {
  /// Runs with the process's own streams; returns the exit code.
  public static func main(_ arguments: [String]) -> Int32 {
    StandardStreams.prepare()
    Interruption.watch()
    var console = Console(
      output: ByteOutput.standardOutput(), messages: ByteOutput.standardError(),
      readInput: { () throws(FormatError) in
        try StreamReader.standardInput(limit: SourceLoader.limit)
      })
    console.color = usesColor("auto")
    return run(arguments, &console).rawValue
  }

  /// Runs with the given streams, so that tests can read them.
  package static func run(_ arguments: [String], _ console: inout Console) -> ExitCode {
    var code: ExitCode
    do {
      code = try dispatch(arguments, &console)
    } catch {
      code = report(error, &console)
    }
    do {
      try console.output.flush()
    } catch {
      code = report(error, &console)
    }
    return code
  }

  private static func dispatch(
    _ arguments: [String], _ console: inout Console
  ) throws -> ExitCode {
    guard let first = arguments.first else {
      console.say(Help.overview.dropLineBreak)
      return .usage
    }
    for argument in arguments where argument.unicodeScalars.contains("\u{FFFD}") {
      throw UsageError("an argument is not UTF-8 text: `\(DiagnosticText.printable(argument))`")
    }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "--version":
      try console.print("netc \(Version.text)")
      return .done
    case "-h", "--help", "help":
      guard let name = rest.first else {
        try console.output.write(Help.overview)
        return .done
      }
      try console.output.write(Help.text(of: command(name)))
      return .done
    default: break
    }
    let command = try command(first)
    // Help is wanted whatever else is on the line.
    if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "-h" || $0 == "--help" }) {
      try console.output.write(Help.text(of: command))
      return .done
    }
    let parsed = try ArgumentParser.parse(rest, for: command)
    if let color = parsed.text(.color) { console.color = usesColor(color) }
    console.isVerbose = parsed.has(.verbose)
    console.isQuiet = parsed.has(.quiet)
    console.failsOnWarnings = parsed.has(.warnings)
    if command.options.contains(where: { $0.name == CommandOption.isa.name }),
      let note = parsed.fallbackNote()
    {
      console.say("netc: warning: \(note)")
    }
    return try command.run(parsed, &console)
  }

  private static func command(_ name: String) throws(UsageError) -> any Command.Type {
    if let command = CommandList.find(name) { return command }
    let shown = DiagnosticText.printable(name)
    if name.hasPrefix("-") {
      throw UsageError("flags follow the command, `\(shown)` comes before", help: "netc help")
    }
    let guess = nearest(name, among: CommandList.all.map { $0.name })
    throw UsageError(
      "there is no command `\(shown)`",
      help: guess.map { "did you mean `\($0)`?" } ?? "`netc help` lists the commands")
  }

  private static func report(_ error: any Error, _ console: inout Console) -> ExitCode {
    switch error {
    case let error as ReportedFailure: return error.code
    case let error as UsageError:
      console.sayError(error.message, help: error.help)
      return .usage
    case let error as FormatError:
      // A reader that has seen enough is no failure.
      if error.kind == .readerGone { return .done }
      console.sayError(error.description)
      return .files
    case let error as Diagnostic:
      var set = DiagnosticSet()
      set.add(error)
      return console.report(set)
    default:
      console.sayError("\(error)")
      return .fault
    }
  }

  private static func usesColor(_ choice: String) -> Bool {
    switch choice {
    case "always": true
    case "never": false
    default:
      Environment.isTerminal(2) && (Environment.value("NO_COLOR") ?? "").isEmpty
        && Environment.value("TERM") != "dumb"
    }
  }
}

extension String {
  fileprivate var dropLineBreak: String { hasSuffix("\n") ? String(dropLast()) : self }
}
