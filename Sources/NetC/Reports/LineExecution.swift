import IR
import Kernels
import Planning
import Runtime
import Tensors

/// The part of a plan that a line's layers became.
struct LineExecution {
  /// In the order of the plan.
  private(set) var steps: [StepReport]
  let stepCount: Int
  /// What became of each layer, by the layers' order.
  let fates: [[LayerFate]]
  /// What is computed otherwise than the line says.
  let rewrites: [String]
  /// Of the steps of the line, over the whole run.
  private(set) var share: Double
  /// The steps' best runs together, and those of all steps; nil where nothing was measured.
  private(set) var milliseconds: (own: Double, all: Double)?
  private(set) var threads: Int?

  init(
    of layers: [LineLayer], _ plan: Plan, _ kernels: KernelCatalogue, _ network: LoadedNetwork
  ) {
    let known = plan.fates(of: network.graph)
    fates = layers.map { layer in layer.values.compactMap { known[$0.index] } }
    stepCount = plan.steps.count
    let shares = plan.expectedShares(kernels)
    let report = PlanReport(plan, network.sources, path: network.path)
    let origins = Set(layers.flatMap(\.values).compactMap { network.graph.node($0)?.origin })
    rewrites = plan.rewrites.filter { origins.contains($0.origin) }
      .map { "\($0.origin.path): \($0.text)" }
    let own = Set(fates.joined().flatMap(\.steps)).sorted()
    steps = own.map { index in
      var step = report.report(of: index)
      step.time = StepTime(share: shares[index], milliseconds: nil)
      return step
    }
    share = own.reduce(0) { $0 + shares[$1] }
  }

  mutating func add(_ benchmark: Benchmark) {
    let times = benchmark.layers.map(\.milliseconds)
    let all = times.reduce(0, +)
    for index in steps.indices {
      let own = times[steps[index].index]
      steps[index].time = StepTime(share: own / all, milliseconds: own)
    }
    let own = steps.reduce(0) { $0 + times[$1.index] }
    (milliseconds, share, threads) = ((own, all), own / all, benchmark.threads)
  }

  var bytesRead: Int { steps.reduce(0) { $0 + $1.bytesRead } }
  var bytesWritten: Int { steps.reduce(0) { $0 + $1.bytesWritten } }
  /// Of tensors that several steps share, once.
  var weightBytes: Int {
    guard let plan = steps.first?.plan else { return 0 }
    return plan.weightBytes(of: Set(steps.flatMap { $0.step.parameters.flatMap(\.stored) }))
  }
  var packedBytes: Int { steps.reduce(0) { $0 + $1.packedBytes } }
}

extension Sequence<LayerFate> {
  /// `step 105`, `steps 111, 112`, `in step 14`, `in place`; `same as` names the earlier layer.
  func text(_ name: (ValueID) -> String) -> String {
    var words: [String] = []
    var told: Set<Int> = []
    for fate in self {
      if case .nothing = fate, !words.isEmpty { continue }
      let fresh = fate.steps.filter { told.insert($0).inserted }.map(String.init)
      if fresh.isEmpty && !fate.steps.isEmpty { continue }
      let list = fresh.joined(separator: ", ")
      let word =
        switch fate {
        case .steps: fresh.count == 1 ? "step \(list)" : "steps \(list)"
        case .fused: "in step \(list)"
        case .absorbed: "within step \(list)"
        case .inPlace: "in place"
        case .nothing: "moves nothing"
        case .same(let other): "same as \(name(other))"
        case .unneeded: "not needed"
        }
      if !words.contains(word) { words.append(word) }
    }
    return words.joined(separator: ", ")
  }
}
