import IR
import Kernels
import Planning
import Runtime
import Source
import Tensors

/// A network timed at one size, with a random input, on one thread.
struct Benchmark: Sendable {
  /// One step of the plan.
  struct Layer: Sendable {
    let name: String
    let op: String
    let kernel: String
    let shape: Shape
    let multiplyAdds: Int?
    let milliseconds: Double
  }

  /// Planning, packing weights and writing code.
  let compile: Double
  let first: Double
  let runs: Durations
  let multiplyAdds: Int?
  let arenaBytes: Int
  let isa: VectorISA
  /// Operations a second of one core, at most; nil without machine code.
  let peak: Double?
  let layers: [Layer]

  /// Operations a second of the median run, a multiply-add being two.
  var rate: Double? { multiplyAdds.map { 2 * Double($0) / runs.median * 1e3 } }

  init(
    _ checked: CheckedGraph, at sizes: Sizes, outputs: [GraphOutput], weights: [Tensor],
    isa: VectorISA, runs count: Int, progress: (Double) -> Void
  ) throws(Diagnostic) {
    let clock = ContinuousClock()
    var session = Session(
      checked, weights: weights, outputs: outputs, kernels: KernelCatalogue(isa))
    let start = clock.now
    let executable = try session.executable(at: sizes)
    compile = (clock.now - start).milliseconds
    let plan = executable.plan
    var steps = [Double](repeating: .infinity, count: plan.steps.count)
    var times: [Double] = []
    do {
      let inputs = try plan.inputs.map {
        try randomInput(name: $0.name, shape: $0.shape, seed: 1)
      }
      let begin = clock.now
      var memory = try executable.makeMemory()
      try executable.execute(inputs, in: &memory)
      first = (clock.now - begin).milliseconds
      for run in 0..<count {
        let begin = clock.now
        var (step, last) = (0, begin)
        let control = RunControl(progress: { _ in
          let now = clock.now
          steps[step] = min(steps[step], (now - last).milliseconds)
          (step, last) = (step + 1, now)
        })
        try executable.execute(inputs, in: &memory, control: control)
        times.append((clock.now - begin).milliseconds)
        progress(Double(run + 1) / Double(count))
      }
    } catch let error as RunError {
      throw Diagnostic(.wrongInputs, error.description)
    } catch {
      throw Diagnostic(.tooMuchMemory, "no memory is left for the inputs")
    }
    runs = Durations(times)
    multiplyAdds = plan.multiplyAdds
    arenaBytes = plan.memory.arena
    self.isa = isa
    peak = Self.peak(isa)
    layers = zip(plan.steps, steps).map { step, time in
      Layer(
        name: step.origin.path, op: step.origin.op, kernel: step.choice.kernel,
        shape: step.call.output, multiplyAdds: step.call.multiplyAdds, milliseconds: time)
    }
  }

  /// The best of many short runs, as a processor's clock settles.
  private static func peak(_ isa: VectorISA) -> Double? {
    guard let rate = PeakRate(isa) else { return nil }
    let times = (0..<50).map { _ in ContinuousClock().measure { rate.run() }.milliseconds }
    return Double(rate.operationCount) / Durations(times).least * 1e3
  }
}
