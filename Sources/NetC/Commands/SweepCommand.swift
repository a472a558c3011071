import Frontend
import IR
import Kernels
import Planning
import Source
import Tensors

/// `netc sweep FILE --os 8,16,32 --size 257..1025`: what a network costs over sizes and strides.
package enum SweepCommand: Command {
  package static let name = "sweep"
  package static let summary = "tabulate live taps, cost, memory and time over sizes and strides"
  package static let examples = [
    "netc sweep models/deeplabv3plus.net --os 8,16,32 --size 257..1025 --random-weights 1",
    "netc sweep models/deeplabv3plus.net --os 8,16 --size 321,513,512x1024 --no-time",
    "netc sweep models/scenes.net --size 96..480/96 --threads 1",
  ]
  package static let operands = "FILE"
  package static let options: [CommandOption] = [
    strides, sizes, noTime, runs, .weights, .rename, .ignore, .randomWeights, .output, .threads,
    .isa, .winograd, .precision, .set, .warnings, .json,
  ]
  package static let notes = """
    A row is a size at an output stride. `live taps` is the share of products with cells of the map,
    not with padding, of all layers with a rate; `fewest` the taps of the one with the smallest
    share, `in` that layer. MACs are of the network as written, live ones without padding's. `memory`
    is what a run keeps: weights, inputs, results, arena and the scratch of a thread. A range is of
    squares, each the admissible one nearest; without a step it has about five. Nothing is timed
    before every plan was made; --no-time needs no weights.
    """

  private static let strides = CommandOption(
    "os", .text("N,N,..."), "the network's output strides: its own")
  private static let sizes = CommandOption(
    "size", .text("SIZES"), "squares 257..1025/128, or a list 257,513,512x1024")
  private static let noTime = CommandOption("no-time", .flag, "leave out running and timing")
  private static let runs = CommandOption("runs", .integer(1...10_000), "timed runs of a cell: 3")

  /// One network at one size, planned.
  private struct Task {
    let network: LoadedNetwork
    let outputs: [GraphOutput]
    /// Nil where nothing is timed.
    let weights: WeightStore?
    var cell: Sweep.Cell
  }

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let path = try arguments.file(of: self)
    let (kernels, isa) = (try arguments.kernels, try arguments.instructionSet)
    let asked = try arguments.text(sizes).map { try SweepSizes($0) }
    var tasks: [Task] = []
    for settings in try settings(arguments) {
      let network = try LoadedNetwork(path, arguments, settings, &console)
      tasks += try network.reporting(&console) { console in
        try Self.tasks(network, asked, arguments, kernels, &console)
      }
    }
    guard let first = tasks.first else { preconditionFailure("there is a stride and a size") }
    let count = arguments.has(noTime) ? nil : arguments.integer(runs) ?? 3
    if let count {
      let line = ProgressLine(isWanted: !console.isQuiet)
      defer { line.clear() }
      let total = Double(tasks.count)
      for index in tasks.indices {
        tasks[index].cell.median = try median(
          of: tasks[index], runs: count, arguments, kernels, isa, &console
        ) { line.show((Double(index) + $0) / total, of: path) }
      }
    }
    let sweep = Sweep(
      network: first.network.graph.name,
      conditions: Sweep.Conditions(
        isa: isa, precision: Precision(kernels.layout), threads: arguments.threads, runs: count),
      cells: tasks.map(\.cell))
    if arguments.has(.json) {
      try console.output.write(sweep.document.text)
    } else {
      for text in sweep.lines { try console.print(text) }
    }
    return .done
  }

  /// Those of `--set`, with each stride of `--os`.
  private static func settings(
    _ arguments: Arguments
  ) throws(UsageError) -> [[(name: String, value: Constant)]] {
    guard let text = arguments.text(strides) else { return [arguments.settings] }
    guard !arguments.settings.contains(where: { $0.name == "os" }) else {
      throw UsageError("`os` is set twice: by --os and by --set")
    }
    var all: [[(name: String, value: Constant)]] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard case .int(let stride)? = ConstantText.number(part), (1...4096).contains(stride) else {
        throw UsageError(
          "`--os` cannot be `\(DiagnosticText.printable(text))`",
          help: "write output strides, such as `--os 8,16,32`")
      }
      all.append(arguments.settings + [("os", .int(stride))])
    }
    return all
  }

  /// Everything that is known without running.
  private static func tasks(
    _ network: LoadedNetwork, _ asked: SweepSizes?, _ arguments: Arguments,
    _ kernels: KernelCatalogue, _ console: inout Console
  ) throws -> [Task] {
    let checked = network.checked
    guard let sizes = try asked?.sizes(checked) ?? checked.onlySize.map({ [$0] }) else {
      throw UsageError("`sweep` needs sizes", help: "write `--size 257..1025`")
    }
    let outputs = try network.graph.outputs(named: arguments.texts(.output))
    var stride: Int?
    if case .int(let own)? = network.elaboration.settings.first(where: { $0.name == "os" })?.value {
      stride = own
    }
    let weights =
      arguments.has(noTime) ? nil : try network.weights(arguments, for: outputs, &console)
    return try sizes.map { sizes in
      let plan = try Session.plan(
        checked, at: sizes, outputs: outputs.map(\.name), kernels: kernels)
      guard let shapes = checked.shapes(at: sizes) else {
        preconditionFailure("what was planned has shapes")
      }
      let work = LiveWork(network.graph, shapes, outputs: outputs.map(\.value))
      let fewest = work.fewest.flatMap { network.graph.node($0.value)?.origin.path }
      return Task(
        network: network, outputs: outputs, weights: weights,
        cell: Sweep.Cell(
          outputStride: stride, sizes: sizes, work: work, fewest: fewest, memory: plan.memory))
    }
  }

  /// Milliseconds of the median run; nil without weights.
  private static func median(
    of task: Task, runs: Int, _ arguments: Arguments, _ kernels: KernelCatalogue,
    _ isa: VectorISA, _ console: inout Console, progress: (Double) -> Void
  ) throws -> Double? {
    guard let weights = task.weights else { return nil }
    let network = task.network
    return try network.reporting(&console) { console in
      let benchmark = try Benchmark(
        network.checked, at: task.cell.sizes, outputs: task.outputs, weights: weights,
        kernels: kernels, isa: isa, threads: arguments.threads, runs: runs, timesLayers: false,
        progress: progress)
      try network.report(benchmark.weightFinding, &console)
      return benchmark.runs.median
    }
  }
}
