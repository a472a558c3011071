import IR
import Kernels
import Source
import Tensors

/// `netc bench FILE --at HxW`: how long a network takes, and what bounds it.
package enum BenchCommand: Command {
  package static let name = "bench"
  package static let summary = "time a network at one size, as a whole or step by step"
  package static let examples = [
    "netc bench models/scenes.net --at 160x160",
    "netc bench models/deeplabv3plus.net --at 513x513 --random-weights 1 --layers",
  ]
  package static let operands = "FILE"
  package static let options: [CommandOption] = [
    .at, .weights, .rename, .ignore, .randomWeights, runs, layers, .output, .threads, .isa,
    .winograd, .precision, .outputStride, .set, .warnings, .json,
  ]
  package static let notes = """
    The input is random. `compile` is planning, packing weights and writing machine code, `first
    run` the first one after it, the rest of N runs after that. The rate counts a multiply-add
    as two operations; the peak is what the cores do in registers alone: one is measured in the
    same process. --layers lists the steps, the slowest first, each by its best run.
    """

  private static let runs = CommandOption("runs", .integer(1...10_000), "how many runs: 10")
  private static let layers = CommandOption("layers", .flag, "list every step of the plan")

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let path = try arguments.file(of: self)
    guard let sizes = arguments.size(.at) else {
      throw UsageError("`bench` needs a size", help: "write `--at 512x512`")
    }
    let kernels = try arguments.kernels
    let isa = try arguments.instructionSet
    let network = try LoadedNetwork(path, arguments, &console)
    return try network.reporting(&console) { console in
      if let refusal = network.checked.refusal(height: sizes.height, width: sizes.width) {
        throw refusal
      }
      let outputs = try network.graph.outputs(named: arguments.texts(.output))
      let weights = try network.weights(arguments, for: outputs, &console)
      let line = ProgressLine(isWanted: !console.isQuiet)
      defer { line.clear() }
      let benchmark = try Benchmark(
        network.checked, at: sizes, outputs: outputs, weights: weights,
        kernels: kernels, isa: isa,
        threads: arguments.threads, runs: arguments.integer(runs) ?? 10,
        timesLayers: arguments.has(layers), progress: { line.show($0, of: path) })
      line.clear()
      try network.report(benchmark.weightFinding, &console)
      let showsLayers = arguments.has(layers)
      if arguments.has(.json) {
        try console.output.write(benchmark.document(showsLayers: showsLayers).text)
      } else {
        for text in benchmark.lines(showsLayers: showsLayers) { try console.print(text) }
      }
      return .done
    }
  }
}
