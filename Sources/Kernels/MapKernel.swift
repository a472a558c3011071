import Tensors

/// A kernel that writes the bare result of a call and leaves epilogues to others.
protocol MapKernel: KernelImplementation {
  /// The answer to a call without an epilogue.
  func demand(_ call: KernelCall) -> Acceptance

  /// A call without an epilogue, in the layouts of the demand, made ready.
  func prepareBare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel
}

extension MapKernel {
  package func accept(_ call: KernelCall) -> Acceptance {
    guard call.epilogue.isEmpty else { return .refused("it has an epilogue") }
    return demand(call)
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    try prepareBare(call, parameters: parameters)
  }
}
