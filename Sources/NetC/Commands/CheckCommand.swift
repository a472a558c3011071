import Frontend
import IR
import Source
import Tensors

/// `netc check FILE...`: parse, elaborate, prove.
package enum CheckCommand: Command {
  package static let name = "check"
  package static let summary = "prove a network for all image sizes, and say what it is"
  package static let examples = [
    "netc check models/deeplabv3plus.net",
    "netc check models/deeplabv3plus.net --at 513x513 --os 8",
    "netc check models/*.net -W error --json",
  ]
  package static let operands = "FILE..."
  package static let options: [CommandOption] = [.at, .outputStride, .set, .warnings, .json]

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    var code = ExitCode.done
    var documents: [[JSON.Member]] = []
    for path in try arguments.files(of: self) {
      let checked = NetworkCheck(path, arguments.settings, at: arguments.size(.at))
      let own = console.exitCode(of: checked.diagnostics)
      code = max(code, own)
      if arguments.has(.json) {
        documents.append(checked.members(isOK: own == .done))
        continue
      }
      _ = console.report(checked.diagnostics, checked.sources)
      if !console.isQuiet {
        let lines = checked.lines + (console.isVerbose ? checked.allowedLines : [])
        for line in lines { try console.print(line) }
      }
    }
    if arguments.has(.json) {
      let schema = JSON.Member(key: "schema", value: .integer(1))
      let document: JSON =
        documents.count == 1
        ? .object([schema] + documents[0])
        : .document(["ok": .bool(code == .done), "files": .array(documents.map(JSON.object))])
      try console.output.write(document.text)
    }
    return code
  }
}
