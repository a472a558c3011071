import Tensors

/// A kernel that writes the bare result of a call; an epilogue is a stage of its own after that.
protocol MapKernel: KernelImplementation {
  var isa: VectorISA { get }

  /// The answer to a call without an epilogue.
  func demand(_ call: KernelCall) -> Acceptance

  /// A call without an epilogue, in the layouts of the demand, made ready.
  func prepareBare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel
}

extension MapKernel {
  package func accept(_ call: KernelCall) -> Acceptance {
    // What follows reads and writes the result once more, which rounds once in floats alone.
    let call = call.epilogue.isEmpty ? call : call.widened
    return switch demand(call.withoutEpilogue) {
    case .accepted(let demand): Trailing.accept(call, demand, isa)
    case .refused(let reason): .refused(reason)
    }
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    let own = call.call.parameters.count
    let bare = try prepareBare(call.withoutEpilogue, parameters: Array(parameters[..<own]))
    return try Trailing.prepare(bare, call, isa: isa, parameters: Array(parameters[own...]))
  }
}
