import IR
import Kernels
import Source
import Tensors

/// `netc diff A.net B.net`: what differs between two networks, or two settings of one.
package enum DiffCommand: Command {
  package static let name = "diff"
  package static let summary =
    "compare two networks: layers, cost, memory, and what a checkpoint loads"
  package static let examples = [
    "netc diff models/smp/deeplabv3plus_resnet50.net models/smp/deeplabv3plus_resnet101.net",
    "netc diff models/deeplabv3plus.net models/deeplabv3plus.net --set-b os=8 --at 513x513",
    "netc diff old.net new.net -w old.safetensors",
  ]
  package static let operands = "A B"
  package static let options: [CommandOption] = [
    .at, .weights, setOld, setNew, .outputStride, .set, .isa, .winograd, .precision, .warnings,
    .json,
  ]
  package static let notes = """
    Layers are matched by label path and op, in their order; between those, layers that compute the
    same under another name. `=` is equal, `~` changed or renamed, `-` only in A, `+` only in B; a
    block instance of one network only is one line, layers that change alike are one; -v lists each.
    --set and --os hold for both networks, --set-a and --set-b for one, and come before them. Without
    --at the size is one that a file states and both admit.

    The last part tells which tensors of A's checkpoint B loads, by names and shapes: of WEIGHTS, to
    which the rename rules of each network apply, else of one with the names that A has. The exit
    code is 0 whether they differ or not; with `-W error` it is 1 where they do.
    """

  private static let setOld = CommandOption(
    "set-a", .setting, "a parameter of A alone", isRepeatable: true)
  private static let setNew = CommandOption(
    "set-b", .setting, "a parameter of B alone", isRepeatable: true)

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let files = try arguments.files(of: self)
    guard files.count == 2 else {
      throw UsageError(
        "`diff` compares two files, not \(files.count)", help: "write `\(examples[0])`")
    }
    let kernels = try arguments.kernels
    let old = try LoadedNetwork(files[0], arguments, arguments.settings(over: setOld), &console)
    let new = try LoadedNetwork(files[1], arguments, arguments.settings(over: setNew), &console)
    let sizes = arguments.size(.at)
    for network in [old, new] {
      try network.reporting(&console) { _ in
        if let sizes,
          let refusal = network.checked.refusal(height: sizes.height, width: sizes.width)
        {
          throw refusal
        }
      }
    }
    let difference = try NetworkDifference(
      from: old, to: new, at: sizes, weights: arguments.text(.weights), kernels)
    if arguments.has(.json) {
      try console.output.write(difference.document.text)
    } else {
      for line in difference.lines(isWhole: console.isVerbose) { try console.print(line) }
    }
    return console.failsOnWarnings && !difference.isEmpty ? .failed : .done
  }
}
