/// What an operation computes, free of sizes: one of a closed set of kernel families.
package enum Spec: Hashable, Sendable {
  case convolution(ConvolutionSpec)
  case pooling(PoolingSpec)
  case resize(ResizeSpec)
  case product(ProductSpec)
  case attention(AttentionSpec)
  case reduction(ReductionSpec)
  case pointwise(PointwiseSpec)
  case movement(MovementSpec)

  /// The fields, as what every family can answer.
  package var family: any SpecFamily {
    switch self {
    case .convolution(let spec): spec
    case .pooling(let spec): spec
    case .resize(let spec): spec
    case .product(let spec): spec
    case .attention(let spec): spec
    case .reduction(let spec): spec
    case .pointwise(let spec): spec
    case .movement(let spec): spec
    }
  }
}

extension Spec: CustomStringConvertible {
  package var description: String { family.description }
}

extension Spec {
  /// The same operation on a map sampled `owed` times as densely, as `SpecFamily.dense` says.
  package func dense(
    owed: Size2, stride: Size2, atrousAll: Bool
  ) throws(SpecError) -> Spec {
    switch self {
    case .convolution(let spec):
      .convolution(try spec.dense(owed: owed, stride: stride, atrousAll: atrousAll))
    case .pooling(let spec):
      .pooling(try spec.dense(owed: owed, stride: stride, atrousAll: atrousAll))
    case .resize(let spec):
      .resize(try spec.dense(owed: owed, stride: stride, atrousAll: atrousAll))
    case .product(let spec):
      .product(try spec.dense(owed: owed, stride: stride, atrousAll: atrousAll))
    case .attention(let spec):
      .attention(try spec.dense(owed: owed, stride: stride, atrousAll: atrousAll))
    case .reduction(let spec):
      .reduction(try spec.dense(owed: owed, stride: stride, atrousAll: atrousAll))
    case .pointwise(let spec):
      .pointwise(try spec.dense(owed: owed, stride: stride, atrousAll: atrousAll))
    case .movement(let spec):
      .movement(try spec.dense(owed: owed, stride: stride, atrousAll: atrousAll))
    }
  }
}
