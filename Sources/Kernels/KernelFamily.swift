import Tensors

/// The closed set of kernel families, one a case of `Spec`.
package enum KernelFamily: String, CaseIterable, Sendable {
  case convolution, pooling, resize, product, attention, reduction, pointwise, movement

  package init(_ spec: Spec) {
    self =
      switch spec {
      case .convolution: .convolution
      case .pooling: .pooling
      case .resize: .resize
      case .product: .product
      case .attention: .attention
      case .reduction: .reduction
      case .pointwise: .pointwise
      case .movement: .movement
      }
  }

  /// The implementations, best first; the reference, which accepts every call, is last.
  package func implementations(
    _ isa: VectorISA, winograd: Bool, precision: Precision
  ) -> [any KernelImplementation] {
    // Half the bytes are worth more to products of one tap than an eighth of them.
    let strassen: [any KernelImplementation] =
      precision == .fp32 ? [StrassenConvolution(isa)] : []
    let fast: [any KernelImplementation] =
      switch self {
      case .convolution:
        (winograd ? WinogradConvolution.all(isa, precision: precision) + strassen : []) + [
          DirectConvolution(isa, precision: precision)
        ]
      case .product: [DirectConvolution(isa, precision: precision)]
      case .pointwise:
        isa.isGenerated ? [VectorPointwise(isa), RowPointwise()] : [RowPointwise()]
      case .pooling: [WindowPooling(isa), BinPooling(isa)]
      case .resize: [BlockedResize(isa)]
      case .reduction: [ArgmaxKernel(isa), SoftmaxKernel(isa), NormalizationKernel(isa)]
      case .attention: [AttentionKernel(isa)]
      case .movement: [Reorder(isa), MapFrame(isa), MapJoin(isa)]
      }
    return fast + [ReferenceKernel()]
  }
}
