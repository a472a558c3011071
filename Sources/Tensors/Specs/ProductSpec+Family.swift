extension ProductSpec: SpecFamily {
  package func infer(_ inputs: [TensorType]) throws(SpecError) -> Inferred {
    _ = try features(inputs)
    var type = inputs[0]
    type.channels = outputFeatures
    type.kind = .vector
    return Inferred(type)
  }

  /// The length of the vector, or of the map once flattened.
  private func features(_ inputs: [TensorType]) throws(SpecError) -> Int {
    try Inference.requireArity(inputs, 1)
    try FieldLimits.require("features", outputFeatures)
    switch inputs[0].kind {
    case .vector:
      return inputs[0].channels
    case .map(let height, let width):
      guard let h = height.constantValue, let w = width.constantValue else {
        throw .denseOnVaryingMap(height: height, width: width)
      }
      guard h >= 1 else { throw .nonPositive(.height, h) }
      guard w >= 1 else { throw .nonPositive(.width, w) }
      guard let features = product([inputs[0].channels, h, w]) else { throw .tooLarge }
      return features
    case .labels, .label, .windows:
      throw .kind(input: 0, expected: .mapOrVector, found: inputs[0].kind)
    }
  }

  package func parameters(_ inputs: [TensorType]) throws(SpecError) -> [ParameterShape] {
    guard let weight = Shape([outputFeatures, try features(inputs)]),
      let bias = Shape([outputFeatures])
    else { throw .tooLarge }
    let shape = ParameterShape("weight", weight)
    return hasBias ? [shape, ParameterShape("bias", bias)] : [shape]
  }

  package func multiplyAdds(inputs: [Shape], output: Shape) -> Int? {
    product([inputs[0].count, output.c])
  }

  package var reach: Reach { .global }

  package var retargeting: Retargeting {
    .refused("a dense layer reads a fixed number of positions")
  }

  package var description: String {
    "product \(outputFeatures)" + (hasBias ? "" : " bias=no")
  }
}
