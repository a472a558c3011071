import Formats
import Frontend
import IR
import Source

/// `netc weights FILE`: every parameter, and whether a file has it.
package enum WeightsCommand: Command {
  package static let name = "weights"
  package static let summary = "list the parameters of a network, and whether a file has them"
  package static let examples = [
    "netc weights models/scenes.net",
    "netc weights models/deeplabv3plus.net -w checkpoint.pth --json",
    "netc weights models/deeplabv3plus.net -w parallel.safetensors --rename '* <- module.*'",
  ]
  package static let operands = "FILE"
  package static let options: [CommandOption] = [
    .weights, .rename, .ignore, .outputStride, .set, .warnings, .json,
  ]
  package static let notes = """
    The file is WEIGHTS, or the one that the network names where it is there. The status is ok,
    missing, shape, dtype, optional (declared `unused` and not in the file), unused (in the file
    only) or ignored. --rename and --ignore are as in the network, come before its own rules and
    are tried in the order given; `netc explain N0609` says what rules do.

    Weights are read from .safetensors, from .pth and .pt checkpoints of torch.save, and from .npz
    arrays, by what a file holds and not by its name. Nothing in a checkpoint is executed. Its
    tensors may lie outermost or under state_dict, model_state, model_state_dict, model or net; the
    first line says where they were found.

    Where names differ, rules are guessed from shapes, order and names, and printed to be pasted
    into the network before its own; none is applied by itself. Where nothing fits, the list is cut
    short unless -v is given.
    """

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let path = try arguments.file(of: self)
    let network = try LoadedNetwork(path, arguments, &console)
    return try network.reporting(&console) { console in
      try run(network, arguments, &console)
    }
  }

  private static func run(
    _ network: LoadedNetwork, _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let parameters = network.graph.parameters
    guard let file = arguments.text(.weights) ?? usualFile(network, &console) else {
      try show(WeightsTable(parameters), arguments, &console)
      return .done
    }
    let match = WeightMatch(
      parameters, network.rules, try openWeights(file), settings: network.elaboration.settings)
    try show(WeightsTable(match), arguments, &console)
    return console.report(match.diagnostics, network.sources)
  }

  /// The file that the network names, where it is there.
  private static func usualFile(_ network: LoadedNetwork, _ console: inout Console) -> String? {
    guard let declared = network.facts.weights else { return nil }
    let path = WeightsChoice.path(declared.path, beside: network.path)
    if FilePath.exists(path) { return path }
    let origin = declared.source.map { "; it comes from \($0)" } ?? ""
    if !console.isQuiet {
      console.say("netc: note: `\(DiagnosticText.printable(path))` is not there\(origin)")
    }
    return nil
  }

  private static func show(
    _ table: WeightsTable, _ arguments: Arguments, _ console: inout Console
  ) throws {
    if arguments.has(.json) { return try console.output.write(table.document.text) }
    if console.isQuiet { return }
    for line in table.lines(isWhole: console.isVerbose) { try console.print(line) }
  }
}
