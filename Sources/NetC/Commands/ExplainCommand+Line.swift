import Formats
import Frontend
import IR
import Kernels
import Planning
import Source

extension ExplainCommand {
  /// What a line became at the size asked for, or at the first one that the file states.
  static func explain(
    _ place: LinePlace, _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let network = try network(of: place, arguments, &console)
    let line = try place.find(in: network)
    return try network.reporting(&console) { console in
      let sizes = try size(of: network, arguments)
      var report = LineReport(
        place, line, of: network, at: sizes,
        isFolded: !console.isVerbose && !arguments.has(.json))
      if let sizes, !report.isEmpty {
        let kernels = try arguments.kernels
        let outputs = try outputs(of: network, arguments)
        let plan = try Session.plan(
          network.checked, at: sizes, outputs: outputs.map(\.name), kernels: kernels)
        report.add(plan, kernels)
        if arguments.has(measure) {
          report.add(try time(network, at: sizes, outputs, kernels, arguments, &console))
        }
      } else if arguments.has(measure), sizes == nil {
        throw UsageError("`--measure` needs a size", help: "add `--at 512x512`")
      }
      if arguments.has(.json) {
        try console.output.write(report.document.text)
      } else {
        for text in report.lines(isWhole: console.isVerbose) { try console.print(text) }
      }
      return .done
    }
  }

  /// The network that the line is explained in: its own file's, or the one of `--in`.
  private static func network(
    of place: LinePlace, _ arguments: Arguments, _ console: inout Console
  ) throws -> LoadedNetwork {
    let path = arguments.text(within) ?? place.path
    if arguments.text(within) == nil {
      let program = try SourceLoader.compile(path).program
      if !program.hasNetwork, program.diagnostics.all.allSatisfy({ $0.code == .noNetwork }) {
        throw UsageError(
          "`\(DiagnosticText.printable(path))` holds no network",
          help: "name one that uses it: `--in network.net`")
      }
    }
    return try LoadedNetwork(path, arguments, &console)
  }

  private static func size(
    of network: LoadedNetwork, _ arguments: Arguments
  ) throws(Diagnostic) -> Sizes? {
    let checked = network.checked
    if let sizes = arguments.size(.at) {
      if let refusal = checked.refusal(height: sizes.height, width: sizes.width) { throw refusal }
      return sizes
    }
    if let sizes = checked.onlySize { return sizes }
    return network.statedSizes.first { checked.admissible.contains($0) }
  }

  private static func outputs(
    of network: LoadedNetwork, _ arguments: Arguments
  ) throws(Diagnostic) -> [GraphOutput] {
    let names = arguments.texts(.output)
    if names.isEmpty { return network.graph.outputs }
    return try names.map { name throws(Diagnostic) in try network.graph.output(named: name) }
  }

  private static func time(
    _ network: LoadedNetwork, at sizes: Sizes, _ outputs: [GraphOutput],
    _ kernels: KernelCatalogue, _ arguments: Arguments, _ console: inout Console
  ) throws -> Benchmark {
    let weights = try network.weights(.random(seed: 1), for: outputs.map(\.value), &console)
    let line = ProgressLine(isWanted: !console.isQuiet)
    defer { line.clear() }
    return try Benchmark(
      network.checked, at: sizes, outputs: outputs, weights: weights, kernels: kernels,
      isa: try arguments.instructionSet, threads: arguments.threads, runs: 5, timesLayers: true,
      progress: { line.show($0, of: network.path) })
  }
}
