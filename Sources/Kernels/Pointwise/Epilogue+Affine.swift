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

  /// The multiplication and the addition that the whole epilogue comes to; nil where it is more.
  package var affine: (slope: Scalar, intercept: Scalar)? {
    let (slope, intercept, rest) = leadingAffine
    return rest.isEmpty ? (slope, intercept) : nil
  }

  /// The same at every channel, in double, for weights and bias to take in; parameters are the
  /// epilogue's.
  func foldingAffine(
    _ parameters: [Tensor], channels: Int
  ) -> (slope: [Double], intercept: [Double], rest: Epilogue) {
    let (slope, intercept, rest) = leadingAffine
    return (
      slope.values(parameters, channels: channels),
      intercept.values(parameters, channels: channels), rest
    )
  }
}
