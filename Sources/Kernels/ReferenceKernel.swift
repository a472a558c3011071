import Tensors

/// The naive loop beside every spec: what a call means, and the last resort.
package struct ReferenceKernel: KernelImplementation {
  package init() {}

  package var name: String { "reference" }

  package func accept(_ call: Call) -> Acceptance {
    // The pointwise loop reads a stretch of every input before it writes that stretch.
    let mayOverwrite =
      switch KernelFamily(call.spec) {
      case .pointwise: true
      case .convolution, .pooling, .resize, .product, .attention, .reduction, .movement: false
      }
    return .accepted(KernelDemand(mayOverwrite: mayOverwrite))
  }

  package func prepare(
    _ call: Call, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    Prepared(call: call, parameters: parameters)
  }

  private struct Prepared: PreparedKernel {
    let call: Call
    let parameters: [Tensor]

    func run(inputs: [TensorView], workspace: MutableTensorView?, output: MutableTensorView) {
      call.reference(inputs: inputs, parameters: parameters.map { TensorView($0) }, output: output)
    }
  }
}
