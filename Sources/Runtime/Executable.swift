import Kernels
import Planning
import Tensors

/// A plan with its weights, ready to run any number of times.
///
/// It never changes: threads may share one, each with a memory of its own.
package struct Executable: Sendable {
  package let plan: Plan
  /// One a step of the plan.
  private let kernels: [any PreparedKernel]
  /// The parts of each of their stages.
  private let stages: [[Int]]
  /// Work of the steps up to each, over all.
  private let progress: [Double]
  /// Bytes of weights that were packed for it, and not taken from another.
  package let repackedBytes: Int

  /// `weights` are the network's parameters by index; those that the plan does not read are
  /// ignored. `catalogue` is the one that the plan was made with.
  package init(
    _ plan: Plan, weights: [Tensor], catalogue: KernelCatalogue = .standard
  ) throws(RunError) {
    try self.init(plan, catalogue: catalogue) { (index) throws(RunError) in
      guard index < weights.count else {
        throw .weightCount(expected: index + 1, found: weights.count)
      }
      return weights[index]
    }
  }

  /// `weight` gives the parameter of an index, and is asked when a step is made ready; steps of
  /// `previous`, an executable of the same network, keep their packed weights where they suit.
  /// `threads` pack at the same time, in no order, parameters that are read in the plan's order.
  package init(
    _ plan: Plan, catalogue: KernelCatalogue = .standard, reusing previous: Executable? = nil,
    threads: ThreadPool = ThreadPool(threads: 1), weight: (Int) throws(RunError) -> Tensor
  ) throws(RunError) {
    let shapes = Dictionary(uniqueKeysWithValues: plan.weights.map { ($0.index, $0) })
    var known: [PackedStep: any PreparedKernel] = [:]
    if let previous {
      for (step, kernel) in zip(previous.plan.steps, previous.kernels) {
        known[PackedStep(step)] = kernel
      }
    }
    var kernels = [(any PreparedKernel)?](repeating: nil, count: plan.steps.count)
    var (jobs, waiting, repacked) = ([PackingJob](), 0, 0)
    func pack() throws(RunError) {
      for (job, outcome) in zip(jobs, PackingJob.run(jobs, on: threads)) {
        do throws(AllocationError) {
          let kernel = try outcome.get()
          kernels[job.step] = kernel
          repacked += kernel.packedBytes
        } catch {
          throw .outOfMemory(bytes: error.bytes)
        }
      }
      (jobs, waiting) = ([], 0)
    }
    for (index, step) in plan.steps.enumerated() {
      let implementation = catalogue.implementation(step.choice, of: step.kernel)
      if let kernel = known[PackedStep(step)],
        let adapted = implementation.adapt(kernel, to: step.kernel)
      {
        kernels[index] = adapted
        continue
      }
      var parameters: [Tensor] = []
      for parameter in step.parameters {
        parameters.append(
          try parameter.tensor { (index) throws(RunError) in
            let tensor = try weight(index)
            guard let expected = shapes[index], tensor.shape == expected.shape else {
              throw .weightShape(
                name: shapes[index]?.name ?? "", expected: shapes[index]?.shape ?? tensor.shape,
                found: tensor.shape)
            }
            return tensor
          })
      }
      let job = PackingJob(
        step: index, implementation: implementation, call: step.kernel, parameters: parameters)
      jobs.append(job)
      waiting += job.bytes
      // One thread has nothing to wait for.
      if threads.count == 1 || waiting >= Self.mostWaiting { try pack() }
    }
    try pack()
    let total = plan.steps.reduce(0) { $0 + $1.work }
    var done = 0.0
    progress = plan.steps.map { step in
      done += step.work
      return done / total
    }
    self.plan = plan
    self.kernels = kernels.compactMap(\.self)
    stages = self.kernels.map(\.stages)
    repackedBytes = repacked
  }

  /// Bytes of parameters after which those that were read are packed.
  private static let mostWaiting = 24 << 20

  /// Memory of the size that the plan asks for; results do not depend on the number of threads.
  package func makeMemory(threads: Int = 1) throws(RunError) -> RunMemory {
    try makeMemory(threads: ThreadPool(threads: threads))
  }

  /// The same with threads that other memories use too, one run at a time.
  package func makeMemory(threads: ThreadPool) throws(RunError) -> RunMemory {
    try RunMemory(plan, threads: threads)
  }

  /// The outputs, then the taps, in the plan's order; `inputs` are in the plan's order too.
  package func run(
    _ inputs: [Tensor], control: RunControl = RunControl()
  ) throws(RunError) -> [Tensor] {
    var memory = try makeMemory()
    return try run(inputs, in: &memory, control: control)
  }

  /// The same in memory that is kept from run to run; its contents do not matter.
  package func run(
    _ inputs: [Tensor], in memory: inout RunMemory, control: RunControl = RunControl()
  ) throws(RunError) -> [Tensor] {
    try execute(inputs, in: &memory, control: control)
    return (plan.outputs + plan.taps).map { memory.result($0) }
  }

  /// A run whose results stay where they are.
  package func execute(
    _ inputs: [Tensor], in memory: inout RunMemory, control: RunControl = RunControl()
  ) throws(RunError) {
    try check(inputs)
    try memory.begin(inputs)
    for index in kernels.indices {
      if control.isCancelled() { throw .cancelled }
      memory.run(kernels[index], stages: stages[index], step: index)
      control.progress(progress[index])
    }
  }

  private func check(_ inputs: [Tensor]) throws(RunError) {
    guard inputs.count == plan.inputs.count else {
      throw .inputCount(expected: plan.inputs.count, found: inputs.count)
    }
    for (port, tensor) in zip(plan.inputs, inputs) where tensor.shape != port.shape {
      throw .inputShape(name: port.name, expected: port.shape, found: tensor.shape)
    }
  }
}

/// What a step's packed weights depend on, its sizes apart.
private struct PackedStep: Hashable {
  let kernel: String
  let specs: [Spec]
  let parameters: [StepParameter]
  let stages: [Scalar]

  init(_ step: Plan.Step) {
    kernel = step.choice.kernel
    specs = [step.kernel.leading?.call.spec, step.call.spec].compactMap(\.self)
    parameters = step.parameters
    stages = (step.kernel.leading?.epilogue.stages ?? []) + step.kernel.epilogue.stages
  }
}
