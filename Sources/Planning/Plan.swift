import IR
import Kernels
import Tensors

/// A network at one size: which kernel runs when, on which memory. Pure data.
package struct Plan: Hashable, Sendable {
  /// A value in the buffer that holds it while it is alive.
  package struct Location: Hashable, Sendable {
    package var value: ValueID
    /// Index into `Plan.buffers`.
    package var buffer: Int
  }

  package struct Step: Hashable, Sendable {
    package let call: Call
    package let choice: KernelChoice
    package let inputs: [Location]
    package var output: Location
    /// The buffer of the kernel's workspace, where it asked for one.
    package let workspace: Int?
    /// Indices into the graph's parameters, in the order of `Call.parameters`.
    package let parameters: [Int]
    package let origin: Origin

    /// Multiply-adds and numbers written: how far the step brings a run.
    package var work: Double { Double(call.multiplyAdds ?? .max) + Double(call.output.count) }
  }

  /// A value that enters or leaves.
  package struct Port: Hashable, Sendable {
    package let name: String
    package let location: Location
    package let shape: Shape
  }

  /// A parameter that some step reads.
  package struct Weight: Hashable, Sendable {
    /// Index into the graph's parameters.
    package let index: Int
    package let name: String
    package let shape: Shape
  }

  /// The network's name.
  package let network: String
  package let sizes: Sizes
  /// The inputs that the results depend on, in the order in which a run takes them.
  package let inputs: [Port]
  package var steps: [Step]
  /// The outputs asked for, in that order.
  package let outputs: [Port]
  /// Intermediate values asked for, in that order; a run returns them after the outputs.
  package let taps: [Port]
  package let weights: [Weight]
  package var buffers: [Buffer]
  package let memory: MemoryDemand

  /// Multiply-adds of all steps; nil where the count overflows.
  package var multiplyAdds: Int? {
    var sum = 0
    for step in steps {
      guard let count = step.call.multiplyAdds else { return nil }
      let (next, overflow) = sum.addingReportingOverflow(count)
      if overflow { return nil }
      sum = next
    }
    return sum
  }
}
