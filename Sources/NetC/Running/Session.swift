import IR
import Kernels
import Planning
import Runtime
import Source
import Tensors

/// A checked network with its weights and the values that are wanted, run at any number of sizes.
///
/// Weights are there once; a plan is made for each distinct size, and the two used last are kept.
package struct Session {
  package let checked: CheckedGraph
  /// The outputs asked for, in that order.
  package let outputs: [GraphOutput]
  /// Values inside the network that are asked for besides.
  package let taps: [ValueID]
  private let weights: [Tensor]
  private let kernels: KernelCatalogue
  private let memoryLimit: Int
  private var executables: [Executable] = []

  /// `weights` are by parameter index; `kernels` are what plans choose from; `memoryLimit` bounds a
  /// run's memory in bytes.
  package init(
    _ checked: CheckedGraph, weights: [Tensor], outputs: [GraphOutput], taps: [ValueID] = [],
    kernels: KernelCatalogue = .standard, memoryLimit: Int = MachineMemory.budget()
  ) {
    self.checked = checked
    self.weights = weights
    self.outputs = outputs
    self.taps = taps
    self.kernels = kernels
    self.memoryLimit = memoryLimit
  }

  /// The network made executable at some sizes; N0701 where it needs too much memory.
  package mutating func executable(at sizes: Sizes) throws(Diagnostic) -> Executable {
    if let index = executables.firstIndex(where: { $0.plan.sizes == sizes }) {
      executables.append(executables.remove(at: index))
      return executables[executables.count - 1]
    }
    let made: Executable
    do throws(PlanError) {
      let plan = try plan(
        checked, at: sizes, outputs: outputs.map(\.name), taps: taps, kernels: kernels,
        memoryLimit: memoryLimit)
      made = try prepare(plan)
    } catch {
      throw .cannotPlan(error, sizes, checked)
    }
    if executables.count == 2 { executables.removeFirst() }
    executables.append(made)
    return made
  }

  private func prepare(_ plan: Plan) throws(PlanError) -> Executable {
    do throws(RunError) {
      return try Executable(plan, weights: weights, catalogue: kernels)
    } catch {
      if case .outOfMemory(let bytes) = error { throw .tooLarge(bytes: bytes, limit: bytes) }
      preconditionFailure("bound weights have the shapes of their parameters: \(error)")
    }
  }

  /// The results by the order of `outputs`, then of `taps`, and how long the network took.
  package mutating func run(
    _ inputs: [String: Tensor], at sizes: Sizes, control: RunControl = RunControl()
  ) throws(Diagnostic) -> (results: [Tensor], milliseconds: Double) {
    let executable = try executable(at: sizes)
    let given = executable.plan.inputs.compactMap { inputs[$0.name] }
    let start = ContinuousClock.now
    do throws(RunError) {
      let results = try executable.run(given, control: control)
      return (results, (ContinuousClock.now - start).milliseconds)
    } catch {
      throw .runFailed(error)
    }
  }
}

extension Diagnostic {
  fileprivate static func cannotPlan(
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
