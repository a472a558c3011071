import Tensors

extension Epilogue {
  /// The multiplication and the addition that the first stages come to, and the stages after them.
  var leadingAffine: (slope: Scalar, intercept: Scalar, rest: Epilogue) {
    var rest = self
    var leading = (slope: Scalar.constant(1), intercept: Scalar.constant(0))
    // Stages are compiled once for each count, so that there is an end to it.
    for count in 1..<min(stages.count, 8) + 1 {
      guard let affine = RowProgram.affine(Array(stages[..<count])) else { break }
      leading = affine
      rest.stages = Array(stages[count...])
    }
    return (leading.slope, leading.intercept, rest)
  }

  /// The same at every channel, in double, for weights and bias to take in; parameters are the
  /// epilogue's.
  func foldingAffine(
    _ parameters: [Tensor], channels: Int
  ) -> (slope: [Double], intercept: [Double], rest: Epilogue) {
    let (slope, intercept, rest) = leadingAffine
    let views = parameters.map { TensorView($0) }
    return (
      (0..<channels).map { slope.value(views, channel: $0) },
      (0..<channels).map { intercept.value(views, channel: $0) }, rest
    )
  }
}
