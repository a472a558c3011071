import Frontend
import IR
import Kernels
import Planning
import Runtime
import Source

/// `netc plan FILE --at HxW`: what `run` executes at a size, and why.
package enum PlanCommand: Command {
  package static let name = "plan"
  package static let summary = "print the execution plan, or why a line runs as it does"
  package static let examples = [
    "netc plan models/scenes.net --at 160x160",
    "netc plan models/scenes.net --at 160x160 --why 30",
    "netc plan models/deeplabv3plus.net --at 513x513 --after 257x257",
  ]
  package static let operands = "FILE"
  package static let options: [CommandOption] = [
    .at, why, after, .output, .isa, .winograd, .precision, .reference, .outputStride, .set,
    .warnings, .json,
  ]
  package static let notes = """
    A step is one kernel: a layer with the layers fused behind it, `&` before a second result.
    `layout` is how its result lies in memory: planar, or in blocks of channels. --why tells of each
    step that a line of the file became part of what it reads and writes, its kernel, and why better
    ones refused. --after plans another size first and tells how many bytes of weights are packed
    anew for this one.
    """

  private static let why = CommandOption(
    "why", .integer(1...Int.max), "explain the steps that come from this line of FILE")
  private static let after = CommandOption(
    "after", .size, "a size that was run before: print the bytes of weights packed anew")

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let path = try arguments.file(of: self)
    guard let sizes = arguments.size(.at) else {
      throw UsageError("a plan is made for one image size", help: "add `--at 513x513`")
    }
    let network = try LoadedNetwork(path, arguments, &console)
    return try network.reporting(&console) { console in
      for size in [sizes] + (arguments.size(after).map { [$0] } ?? []) {
        if let refusal = network.checked.refusal(height: size.height, width: size.width) {
          throw refusal
        }
      }
      let names = try arguments.texts(.output).map { try network.graph.output(named: $0).name }
      let plan = try Session.plan(
        network.checked, at: sizes, outputs: names.isEmpty ? nil : names,
        kernels: try arguments.kernels)
      let report = PlanReport(plan, network.sources, path: network.path)
      if arguments.has(.json) {
        try console.output.write(report.document.text)
        return .done
      }
      if let line = arguments.integer(why) {
        let steps = report.steps(of: SourceLine(source: network.program.root, number: line))
        guard !steps.isEmpty else {
          throw UsageError(
            "no step of the plan comes from line \(line) of \(path)",
            help: "`netc plan` lists the steps with their lines")
        }
        for text in steps.flatMap(\.lines) { try console.print(text) }
        return .done
      }
      for text in report.lines { try console.print(text) }
      if let previous = arguments.size(after) {
        let (bytes, time) = try replan(network, from: previous, to: sizes, arguments)
        try console.print(
          "after \(previous.height)x\(previous.width)  \(byteText(bytes)) repacked in \(fixed(time, 1)) ms"
        )
      }
      return .done
    }
  }

  /// Bytes of weights that are packed for a size where another was run before, and milliseconds until
  /// it can run; which numbers the weights are does not matter.
  private static func replan(
    _ network: LoadedNetwork, from previous: Sizes, to sizes: Sizes, _ arguments: Arguments
  ) throws -> (bytes: Int, milliseconds: Double) {
    let names = arguments.texts(.output)
    let outputs = network.graph.outputs.filter { names.isEmpty || names.contains($0.name) }
    let bound = try network.bind(.random(seed: 1), for: outputs.map(\.value))
    var session = Session(
      network.checked, bound.store, outputs: outputs, kernels: try arguments.kernels)
    _ = try session.executable(at: previous)
    let start = ContinuousClock.now
    let bytes = try session.executable(at: sizes).repackedBytes
    return (bytes, (ContinuousClock.now - start).milliseconds)
  }
}
