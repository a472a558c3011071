import Tensors

/// One way of executing the calls of a family; it may refuse some, with a reason.
package protocol KernelImplementation: Sendable {
  /// The name in plans; no other implementation of the family has it.
  var name: String { get }

  /// Whether it can end with `KernelCall.reduction`.
  var endsWithReductions: Bool { get }

  /// Whether it can begin with `KernelCall.leading`.
  var beginsWithLeading: Bool { get }

  /// Whether it is asked about maps of bfloat16 numbers; if not, it is offered floats in their place.
  var knowsBF16: Bool { get }

  /// Whether it executes the call, and what it needs for that.
  ///
  /// `call` has its inputs as they lie, and its output as the reader would like it; the answer has
  /// the layouts that the implementation wants, which the planner provides.
  func accept(_ call: KernelCall) -> Acceptance

  /// The call, in the layouts of the demand, made ready to run many times; parameters are those of
  /// `Call.parameters`, then the epilogue's, all after those of the leading call and its epilogue.
  func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel

  /// The time it takes of what direct sums over the taps that read the map would; nil where it has no
  /// model of that.
  func shareOfDirect(_ call: KernelCall) -> Double?

  /// What was prepared with the same parameters at another size, made ready for this call without
  /// them; nil where it needs them.
  func adapt(_ previous: any PreparedKernel, to call: KernelCall) -> (any PreparedKernel)?
}

extension KernelImplementation {
  package var endsWithReductions: Bool { false }
  package var beginsWithLeading: Bool { false }
  package var knowsBF16: Bool { false }
  package func shareOfDirect(_ call: KernelCall) -> Double? { nil }

  package func adapt(
    _ previous: any PreparedKernel, to call: KernelCall
  ) -> (any PreparedKernel)? { nil }
}

/// A call with its parameters in the form in which its implementation reads them.
package protocol PreparedKernel: Sendable {
  /// A run is so many stages, one after the other; the parts of a stage run in any order and at
  /// once. They depend on the call alone.
  var stages: [Int] { get }

  /// Bytes of parameters, as packed.
  var packedBytes: Int { get }

  /// Runs one part of a stage; after all of them the whole output is written. Allocates nothing.
  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory)
}

extension PreparedKernel {
  package var stages: [Int] { [1] }
  package var packedBytes: Int { 0 }
}

/// The answer of an implementation to a call.
package enum Acceptance: Hashable, Sendable {
  case accepted(KernelDemand)
  /// Why not.
  case refused(String)
}

/// Bytes of tensors with these numbers of floats; `Int.max` where they pass what an `Int` holds.
func floatBytes(_ counts: [Int?]) -> Int {
  var sum = 0
  for count in counts {
    guard let count, let bytes = product([count, MemoryLayout<Float>.stride]) else { return .max }
    let (next, overflow) = sum.addingReportingOverflow(bytes)
    if overflow { return .max }
    sum = next
  }
  return sum
}

/// What an implementation needs besides parameters.
package struct KernelDemand: Hashable, Sendable {
  /// Memory that it uses while it runs, and no longer.
  package var workspaceBytes: Int
  /// Memory for each thread, which a part uses while it runs; the next one may find anything there.
  package var scratchBytes: Int
  /// What it keeps of parameters, as `PreparedKernel.packedBytes` says; `Int.max` where that passes
  /// what an `Int` holds.
  package var packedBytes: Int
  /// Inputs, as in `KernelCall.inputs`, whose memory the output may be: of its shape and layout.
  package var overwritable: Set<Int>
  /// Whether images must follow each other without gaps, in inputs and outputs.
  package var needsWholeMaps: Bool
  package var inputs: [Layout]
  package var output: Layout

  /// The layouts of a call as they are.
  package init(
    _ call: KernelCall, workspaceBytes: Int = 0, scratchBytes: Int = 0, packedBytes: Int = 0,
    overwritable: Set<Int> = [], needsWholeMaps: Bool = false
  ) {
    self.init(
      inputs: call.inputs, output: call.output, workspaceBytes: workspaceBytes,
      scratchBytes: scratchBytes, packedBytes: packedBytes, overwritable: overwritable,
      needsWholeMaps: needsWholeMaps)
  }

  package init(
    inputs: [Layout], output: Layout, workspaceBytes: Int = 0, scratchBytes: Int = 0,
    packedBytes: Int = 0, overwritable: Set<Int> = [], needsWholeMaps: Bool = false
  ) {
    self.inputs = inputs
    self.output = output
    self.workspaceBytes = workspaceBytes
    self.scratchBytes = scratchBytes
    self.packedBytes = packedBytes
    self.overwritable = overwritable
    self.needsWholeMaps = needsWholeMaps
  }
}
