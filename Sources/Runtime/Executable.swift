import Kernels
import Planning
import Tensors

/// A plan with its weights, ready to run any number of times.
///
/// It never changes: threads may share one, each with an arena of its own.
package struct Executable: Sendable {
  package let plan: Plan
  /// One a step of the plan.
  private let kernels: [any PreparedKernel]
  /// Work of the steps up to each, over all.
  private let progress: [Double]

  /// `weights` are the network's parameters by index; those that the plan does not read are
  /// ignored. `catalogue` is the one that the plan was made with.
  package init(
    _ plan: Plan, weights: [Tensor], catalogue: KernelCatalogue = .standard
  ) throws(RunError) {
    for weight in plan.weights {
      guard weight.index < weights.count else {
        throw .weightCount(expected: weight.index + 1, found: weights.count)
      }
      let found = weights[weight.index].shape
      guard found == weight.shape else {
        throw .weightShape(name: weight.name, expected: weight.shape, found: found)
      }
    }
    var kernels: [any PreparedKernel] = []
    for step in plan.steps {
      let implementation = catalogue.implementation(step.choice, of: step.call)
      do throws(AllocationError) {
        kernels.append(
          try implementation.prepare(step.call, parameters: step.parameters.map { weights[$0] }))
      } catch {
        throw .outOfMemory(bytes: error.bytes)
      }
    }
    let total = plan.steps.reduce(0) { $0 + $1.work }
    var done = 0.0
    progress = plan.steps.map { step in
      done += step.work
      return done / total
    }
    self.plan = plan
    self.kernels = kernels
  }

  /// An arena of the size that the plan asks for.
  package func makeArena() throws(RunError) -> Arena {
    do throws(AllocationError) {
      return try Arena(bytes: plan.memory.arena)
    } catch {
      throw .outOfMemory(bytes: error.bytes)
    }
  }

  /// The outputs, then the taps, in the plan's order; `inputs` are in the plan's order too.
  package func run(
    _ inputs: [Tensor], control: RunControl = RunControl()
  ) throws(RunError) -> [Tensor] {
    var arena = try makeArena()
    return try run(inputs, in: &arena, control: control)
  }

  /// The same in an arena that is kept from run to run; its contents do not matter.
  package func run(
    _ inputs: [Tensor], in arena: inout Arena, control: RunControl = RunControl()
  ) throws(RunError) -> [Tensor] {
    try check(inputs)
    let memory = RunMemory(plan, results: try makeResults())
    for (port, tensor) in zip(plan.inputs, inputs) {
      memory.copy(tensor, to: port.location, &arena)
    }
    for (index, step) in plan.steps.enumerated() {
      if control.isCancelled() { throw .cancelled }
      memory.run(kernels[index], step, &arena)
      control.progress(progress[index])
    }
    return (plan.outputs + plan.taps).map { memory.result($0) }
  }

  private func check(_ inputs: [Tensor]) throws(RunError) {
    guard inputs.count == plan.inputs.count else {
      throw .inputCount(expected: plan.inputs.count, found: inputs.count)
    }
    for (port, tensor) in zip(plan.inputs, inputs) where tensor.shape != port.shape {
      throw .inputShape(name: port.name, expected: port.shape, found: tensor.shape)
    }
  }

  /// A tensor for every buffer that is handed out, in the order of their numbers.
  private func makeResults() throws(RunError) -> [Tensor] {
    var results: [Tensor] = []
    for buffer in plan.buffers {
      guard case .result = buffer.place else { continue }
      guard let shape = Shape([buffer.bytes / MemoryLayout<Float>.stride]) else {
        preconditionFailure("buffers have the size of a shape")
      }
      do throws(AllocationError) {
        results.append(try Tensor(zeros: shape))
      } catch {
        throw .outOfMemory(bytes: error.bytes)
      }
    }
    return results
  }
}
