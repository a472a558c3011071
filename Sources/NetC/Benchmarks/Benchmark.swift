import IR
import Kernels
import Planning
import Runtime
import Source
import Tensors

/// A network timed at one size, with a random input.
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

  let weightFinding: Diagnostic?
  /// Planning, packing weights and writing code.
  let compile: Double
  let first: Double
  let runs: Durations
  let multiplyAdds: Int?
  let arenaBytes: Int
  let isa: VectorISA
  let precision: Precision
  let threads: Int
  /// Operations a second of as many cores as there are threads, at most; nil without machine code.
  let peak: Double?
  /// By their best of so many runs as were timed as a whole; empty where none were asked for.
  let layers: [Layer]

  /// Operations a second of the median run, a multiply-add being two.
  var rate: Double? { multiplyAdds.map { 2 * Double($0) / runs.median * 1e3 } }

  init(
    _ checked: CheckedGraph, at sizes: Sizes, outputs: [GraphOutput], weights: WeightStore,
    kernels: KernelCatalogue, isa: VectorISA, threads: Int, runs count: Int, timesLayers: Bool,
    progress: (Double) -> Void
  ) throws(Diagnostic) {
    let clock = ContinuousClock()
    var session = Session(
      checked, weights, outputs: outputs, kernels: kernels, threads: threads)
    let start = clock.now
    let executable = try session.executable(at: sizes)
    compile = (clock.now - start).milliseconds
    weightFinding = session.takeWeightFinding()
    let plan = executable.plan
    var times: [Double] = []
    times.reserveCapacity(count)
    var steps: [Double] = []
    do {
      let inputs = try plan.inputs.map {
        try randomInput(name: $0.name, shape: $0.shape, seed: 1)
      }
      let begin = clock.now
      var memory = try executable.makeMemory(threads: threads)
      try executable.execute(inputs, in: &memory)
      first = (clock.now - begin).milliseconds
      let total = Double(timesLayers ? 2 * count : count)
      for run in 0..<count {
        let begin = clock.now
        try executable.execute(inputs, in: &memory)
        times.append((clock.now - begin).milliseconds)
        progress(Double(run + 1) / total)
      }
      if timesLayers {
        steps = try Self.steps(executable, inputs, in: &memory, runs: count) {
          progress(Double(count + $0) / total)
        }
      }
      self.threads = memory.threadCount
    } catch let error as RunError {
      throw Diagnostic(.wrongInputs, error.description)
    } catch {
      throw Diagnostic(.tooMuchMemory, "no memory is left for the inputs")
    }
    runs = Durations(times)
    multiplyAdds = plan.multiplyAdds
    arenaBytes = plan.memory.arena
    self.isa = isa
    precision = Precision(kernels.layout)
    peak = Self.peak(isa, precision).map { [threads = self.threads] in $0 * Double(threads) }
    layers = zip(plan.steps, steps).map { step, time in
      Layer(
        name: step.origin.path, op: step.origin.op, kernel: step.choice.kernel,
        shape: step.kernel.result, multiplyAdds: step.kernel.multiplyAdds, milliseconds: time)
    }
  }

  /// Milliseconds of each step, the best of some runs.
  private static func steps(
    _ executable: Executable, _ inputs: [Tensor], in memory: inout RunMemory, runs: Int,
    progress: (Int) -> Void
  ) throws(RunError) -> [Double] {
    let clock = ContinuousClock()
    var steps = [Double](repeating: .infinity, count: executable.plan.steps.count)
    for run in 0..<runs {
      var (step, last) = (-1, clock.now)
      let control = RunControl(
        isCancelled: {
          // Asked before each step.
          (step, last) = (step + 1, clock.now)
          return false
        },
        progress: { _ in steps[step] = min(steps[step], (clock.now - last).milliseconds) })
      try executable.execute(inputs, in: &memory, control: control)
      progress(run + 1)
    }
    return steps
  }

  /// The best of many short runs, as a processor's clock settles.
  private static func peak(_ isa: VectorISA, _ precision: Precision) -> Double? {
    guard let rate = PeakRate(isa, precision) else { return nil }
    let times = (0..<50).map { _ in ContinuousClock().measure { rate.run() }.milliseconds }
    return Double(rate.operationCount) / Durations(times).least * 1e3
  }
}
