import Tensors

/// One way of executing the calls of a family; it may refuse some, with a reason.
package protocol KernelImplementation: Sendable {
  /// The name in plans; no other implementation of the family has it.
  var name: String { get }

  /// Whether it executes the call, and what it needs for that.
  func accept(_ call: Call) -> Acceptance

  /// The call made ready to run many times, with parameters in the order of `Call.parameters`.
  func prepare(
    _ call: Call, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel
}

/// A call with its parameters in the form in which its implementation reads them.
package protocol PreparedKernel: Sendable {
  /// Writes the whole output.
  ///
  /// The views have the shapes of the call; the output overlaps an input only where the
  /// implementation said that it may overwrite, and then it is that input. `workspace` holds at
  /// least the bytes asked for, nil where none were.
  func run(inputs: [TensorView], workspace: MutableTensorView?, output: MutableTensorView)
}

/// The answer of an implementation to a call.
package enum Acceptance: Hashable, Sendable {
  case accepted(KernelDemand)
  /// Why not.
  case refused(String)
}

/// What an implementation needs besides inputs, parameters and output.
package struct KernelDemand: Hashable, Sendable {
  /// Memory that it uses while it runs, and no longer.
  package var workspaceBytes: Int
  /// Whether the output may be the memory of an input of the same shape.
  package var mayOverwrite: Bool

  package init(workspaceBytes: Int = 0, mayOverwrite: Bool = false) {
    self.workspaceBytes = workspaceBytes
    self.mayOverwrite = mayOverwrite
  }
}
