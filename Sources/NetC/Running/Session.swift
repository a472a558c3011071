import IR
import Kernels
import Planning
import Runtime
import Source
import Tensors

/// A checked network with its weights and the values that are wanted, run at any number of sizes.
///
/// Weights are packed once where sizes allow it; a plan is made for each distinct size, and the two
/// used last are kept with their memory.
package struct Session {
  package let checked: CheckedGraph
  /// The outputs asked for, in that order.
  package let outputs: [GraphOutput]
  /// Values inside the network that are asked for besides.
  package let taps: [ValueID]
  private var weights: WeightStore
  private let kernels: KernelCatalogue
  private let memoryLimit: Int
  private let threads: SessionThreads
  private var prepared: [Prepared] = []

  /// A size that can be run, with its memory once it was.
  private struct Prepared {
    let executable: Executable
    let memory = SessionMemory()
  }

  /// `kernels` are what plans choose from; `memoryLimit` bounds a run's memory in bytes.
  package init(
    _ checked: CheckedGraph, _ weights: WeightStore, outputs: [GraphOutput],
    taps: [ValueID] = [], kernels: KernelCatalogue = .standard, threads: Int = 1,
    memoryLimit: Int = MachineMemory.budget()
  ) {
    self.checked = checked
    self.weights = weights
    self.outputs = outputs
    self.taps = taps
    self.kernels = kernels
    self.threads = SessionThreads(count: threads)
    self.memoryLimit = memoryLimit
  }

  /// The network made executable at some sizes; N0701 where it needs too much memory.
  package mutating func executable(at sizes: Sizes) throws(Diagnostic) -> Executable {
    try prepare(sizes).executable
  }

  /// The warning that the weights read so far deserve, once.
  package mutating func takeWeightFinding() -> Diagnostic? { weights.takeFinding() }

  private mutating func prepare(_ sizes: Sizes) throws(Diagnostic) -> Prepared {
    if let index = prepared.firstIndex(where: { $0.executable.plan.sizes == sizes }) {
      prepared.append(prepared.remove(at: index))
      return prepared[prepared.count - 1]
    }
    let plan = try Self.plan(
      checked, at: sizes, outputs: outputs.map(\.name), taps: taps, kernels: kernels,
      memoryLimit: memoryLimit)
    if prepared.count == 2 { prepared.removeFirst() }
    let made = Prepared(executable: try makeExecutable(plan))
    prepared.append(made)
    return made
  }

  /// A plan, or what stands against it.
  package static func plan(
    _ checked: CheckedGraph, at sizes: Sizes, outputs: [String]?, taps: [ValueID] = [],
    kernels: KernelCatalogue, memoryLimit: Int = MachineMemory.budget()
  ) throws(Diagnostic) -> Plan {
    do throws(PlanError) {
      return try Planning.plan(
        checked, at: sizes, outputs: outputs, taps: taps, kernels: kernels,
        memoryLimit: memoryLimit)
    } catch {
      throw .cannotPlan(error, sizes, checked)
    }
  }

  /// Packs the weights that the last size has not packed.
  private mutating func makeExecutable(_ plan: Plan) throws(Diagnostic) -> Executable {
    var finding: Diagnostic?
    do throws(RunError) {
      return try Executable(
        plan, catalogue: kernels, reusing: prepared.last?.executable, threads: threads.pool
      ) { (index) throws(RunError) in
        do throws(Diagnostic) {
          return try weights.tensor(index)
        } catch {
          finding = error
          throw .cancelled
        }
      }
    } catch {
      throw finding ?? .runFailed(error)
    }
  }

  /// The results by the order of `outputs`, then of `taps`, and how long the network took.
  package mutating func run(
    _ inputs: [String: Tensor], at sizes: Sizes, control: RunControl = RunControl()
  ) throws(Diagnostic) -> (results: [Tensor], milliseconds: Double) {
    let prepared = try prepare(sizes)
    let given = prepared.executable.plan.inputs.compactMap { inputs[$0.name] }
    do throws(RunError) {
      var memory = try prepared.memory.take(for: prepared.executable, threads)
      let start = ContinuousClock.now
      let results = try prepared.executable.run(given, in: &memory, control: control)
      let milliseconds = (ContinuousClock.now - start).milliseconds
      prepared.memory.keep(memory)
      return (results, milliseconds)
    } catch {
      throw .runFailed(error)
    }
  }
}

/// The memory of one size, between its runs; a class because a session is copied and memory is not.
private final class SessionMemory {
  private var memory: RunMemory?

  /// What the last run kept, or new memory.
  func take(
    for executable: Executable, _ threads: SessionThreads
  ) throws(RunError) -> RunMemory {
    if let kept = memory.take() { return kept }
    return try executable.makeMemory(threads: threads.pool)
  }

  func keep(_ used: consuming RunMemory) { memory = .some(used) }
}

/// The threads of all sizes, from the first packing on; a class because a session is copied.
private final class SessionThreads {
  private let count: Int
  lazy var pool = ThreadPool(threads: count)

  init(count: Int) { self.count = count }
}

extension Diagnostic {
  static func cannotPlan(
    _ error: PlanError, _ sizes: Sizes, _ checked: CheckedGraph
  ) -> Diagnostic {
    switch error {
    case .tooLarge(let bytes, let limit):
      let needed = bytes.map(byteText) ?? "more than can be addressed"
      return Diagnostic(
        .tooMuchMemory,
        "at \(sizes.height)x\(sizes.width) the network needs \(needed), \(byteText(limit)) may be "
          + "used", help: "take smaller inputs, or fewer at once")
    case .inadmissible(let sizes):
      return checked.refusal(height: sizes.height, width: sizes.width)
        ?? Diagnostic(.wrongInputSize, error.description)
    case .unknownOutput: return Diagnostic(.unknownOutput, error.description)
    case .windowsOfBatch, .call: return Diagnostic(.wrongInputSize, error.description)
    }
  }

  fileprivate static func runFailed(_ error: RunError) -> Diagnostic {
    switch error {
    case .outOfMemory(let bytes):
      Diagnostic(.tooMuchMemory, "\(byteText(bytes)) of memory could not be had")
    case .inputCount, .inputShape, .weightCount, .weightShape, .cancelled:
      Diagnostic(.wrongInputs, error.description)
    }
  }
}

/// `1.2 GiB`, `345 MiB`, `12 KiB`
func byteText(_ bytes: Int) -> String {
  let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
  var (value, unit) = (Double(bytes), 0)
  while value >= 1024, unit + 1 < units.count {
    value /= 1024
    unit += 1
  }
  let tenths = Int((value * 10).rounded())
  return unit == 0 || tenths >= 100 || tenths % 10 == 0
    ? "\((tenths + 5) / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
}
