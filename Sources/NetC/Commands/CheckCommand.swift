import Frontend
import IR
import Planning
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
    "netc check models/deeplabv3plus.net --max-mem 1G",
    "netc check models/deeplabv3plus.net --max-mem 1G --at 512x1024",
  ]
  package static let operands = "FILE..."
  package static let options: [CommandOption] = [
    .at, .outputStride, .set, maxMemory, .output, .isa, .winograd, .precision, .warnings, .json,
  ]
  package static let notes = """
    --max-mem finds the largest square that a run fits in, or the largest size in the proportion of
    --at; a side that the network fixes stays. It is found by making plans: the answer fits, and the
    next admissible sizes do not. A run keeps the weights, inputs and results, one arena for
    everything between, and the scratch of a thread. The step that sets the peak is named, and the
    memory there is a formula in H and W: exact at that size, elsewhere as near as is said. --output,
    --isa, --winograd and --precision are about that plan. 200M is 200 MiB, 200MB are 200 million
    bytes. Where the size of --at, or any size, does not fit, the exit code is 4.
    """

  private static let maxMemory = CommandOption(
    "max-mem", .bytes, "find the largest size that a run of so much memory admits: 200M")

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    var code = ExitCode.done
    let question = try arguments.integer(maxMemory).map { limit in
      MemoryQuestion(
        limit: limit, kernels: try arguments.kernels, outputs: arguments.texts(.output))
    }
    var documents: [[JSON.Member]] = []
    for path in try arguments.files(of: self) {
      let checked = NetworkCheck(
        path, arguments.settings, at: arguments.size(.at), memory: question)
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
