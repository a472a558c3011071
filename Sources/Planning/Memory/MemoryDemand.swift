/// The memory of a plan, in bytes.
package struct MemoryDemand: Hashable, Sendable {
  /// One block for everything that lives inside a run.
  package let arena: Int
  /// No arena can be smaller: the most that is alive during one step.
  package let arenaLowerBound: Int
  /// What the arena would be if nothing shared memory.
  package let withoutReuse: Int
  /// What each thread has for itself.
  package let scratch: Int
  /// Outputs and taps.
  package let results: Int
  /// The tensors that a caller passes in.
  package let inputs: Int
  /// What kernels keep of the parameters, in the form in which they read them.
  package let weights: Int
  /// Arena, results, inputs, weights and the scratch of one thread.
  package let total: Int
}

/// Sums of bytes that say when they pass what an `Int` holds.
struct ByteCount {
  private(set) var bytes: Int? = 0

  mutating func add(_ count: Int, times factor: Int = 1) {
    let (product, wide) = count.multipliedReportingOverflow(by: factor)
    guard let sum = bytes?.addingReportingOverflow(product), !wide, !sum.overflow else {
      bytes = nil
      return
    }
    bytes = sum.partialValue
  }
}
