import Formats
import Source
import Syntax

/// `netc fmt FILE...`: the canonical layout.
package enum FormatCommand: Command {
  package static let name = "fmt"
  package static let summary = "lay files out in the canonical way"
  package static let examples = [
    "netc fmt models/*.net", "netc fmt --check models/*.net", "netc fmt - < in.net > out.net",
  ]
  package static let operands = "FILE..."
  package static let options: [CommandOption] = [check]
  package static let notes = """
    A file is rewritten whole, and only where its layout differs. `-` reads standard input and
    writes standard output.
    """

  private static let check = CommandOption(
    "check", .flag, "rewrite nothing, list the files that differ, and exit with 1")

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    var code = ExitCode.done
    for path in try arguments.files(of: self) {
      do {
        code = max(code, try format(path, isChecked: arguments.has(check), &console))
      } catch let diagnostic as Diagnostic {
        var set = DiagnosticSet()
        set.add(diagnostic)
        code = max(code, console.report(set))
      }
    }
    return code
  }

  private static func format(
    _ path: String, isChecked: Bool, _ console: inout Console
  ) throws -> ExitCode {
    let isStream = path == "-"
    let bytes = isStream ? try input(console) : try SourceLoader.bytes(path)
    var sources = SourceMap()
    let id = sources.add(SourceFile(path: isStream ? "standard input" : path, bytes: bytes))
    let parsed = parse(sources[id], id: id)
    guard let text = Syntax.format(parsed) else {
      return console.report(parsed.diagnostics, sources)
    }
    let isChanged = Array(text.utf8) != bytes
    if isChecked {
      if isChanged { try console.print(isStream ? "standard input" : path) }
      return isChanged ? .failed : .done
    }
    if isStream {
      try console.output.write(text)
    } else if isChanged {
      do {
        try AtomicFile.write(Array(text.utf8), to: path)
      } catch {
        throw Diagnostic.unwritable(path, error)
      }
      if console.isVerbose { console.say("formatted \(DiagnosticText.printable(path))") }
    }
    return .done
  }

  private static func input(_ console: Console) throws(Diagnostic) -> [UInt8] {
    do {
      return try console.readInput()
    } catch {
      throw Diagnostic(.unreadableInput, error.description, path: "standard input")
    }
  }
}
