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
    /// Floats of an image before it.
    package var offset = 0
    /// Floats of an image of it.
    package var floats: Int
    /// Floats from one image to the next.
    package var imageStride: Int
    package var images: Int

    /// Bytes from its first number to its last.
    var bytes: Int { ((images - 1) * imageStride + floats) * MemoryLayout<Float>.stride }
    var range: Range<Int> { offset..<offset + floats }
  }

  package struct Step: Hashable, Sendable {
    package let kernel: KernelCall
    package let choice: KernelChoice
    /// As in `KernelCall.inputs`.
    package let inputs: [Location]
    package var output: Location
    package var second: Location?
    /// The buffer of the kernel's workspace, where it asked for one.
    package let workspace: Int?
    /// The leading call's and its epilogue's, the call's, in the order of `Call.parameters`, then the
    /// epilogue's.
    package let parameters: [StepParameter]
    /// Layers that are computed before, a part at a time.
    package let before: [Origin]
    package let origin: Origin
    /// Why the step stands alone, where it only moves values or could have been fused.
    package let alone: String?
    /// Layers that run in the epilogue.
    package let fused: [Origin]

    package var call: Call { kernel.call }

    /// Multiply-adds and numbers written: how far the step brings a run.
    package var work: Double { Double(kernel.multiplyAdds ?? .max) + Double(call.output.count) }
  }

  /// A value that consists of others, which lie side by side in its memory.
  package struct Join: Hashable, Sendable {
    package let whole: ValueID
    package let parts: [Location]
    package let origin: Origin
  }

  /// A layer that is computed otherwise than the graph says, and how.
  package struct Rewrite: Hashable, Sendable {
    package let origin: Origin
    package let text: String
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
  package let joins: [Join]
  package let rewrites: [Rewrite]
  /// The outputs asked for, in that order.
  package let outputs: [Port]
  /// Intermediate values asked for, in that order; a run returns them after the outputs.
  package let taps: [Port]
  package let weights: [Weight]
  package var buffers: [Buffer]
  package let memory: MemoryDemand
  package let peak: PeakMemory

  /// Multiply-adds of all steps; nil where the count overflows.
  package var multiplyAdds: Int? {
    var sum = 0
    for step in steps {
      guard let count = step.kernel.multiplyAdds else { return nil }
      let (next, overflow) = sum.addingReportingOverflow(count)
      if overflow { return nil }
      sum = next
    }
    return sum
  }
}
