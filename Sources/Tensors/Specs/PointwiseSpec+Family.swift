extension PointwiseSpec: SpecFamily {
  package func infer(_ inputs: [TensorType]) throws(SpecError) -> Inferred {
    try FieldLimits.require("inputs", self.inputs)
    try Inference.requireArity(inputs, self.inputs)
    try Inference.requireOneLeading(inputs)
    assert(
      expression.inputCount <= self.inputs && expression.parameterCount <= slots.count,
      "the expression reads inputs and parameters that exist")
    var type = inputs[0]
    type.channels = try commonChannels(inputs)
    if type.kind == .vector {
      for (index, input) in inputs.enumerated() where input.kind != .vector {
        throw .kind(input: index, expected: .vector, found: input.kind)
      }
      return Inferred(type)
    }
    if inputs.count == 1, !type.isMap {
      throw .kind(input: 0, expected: .mapOrVector, found: type.kind)
    }
    var inference = Inference()
    var maps: [MapExtents] = []
    for index in inputs.indices { maps.append(try Inference.map(inputs, index)) }
    let extents = try MapExtents.each { (axis) throws(SpecError) in
      let varying = maps.map { $0[axis] }.filter { $0.constantValue != 1 }
      guard let first = varying.first else { return .constant(1) }
      for other in varying.dropFirst() { try inference.requireEqual(axis, first, other) }
      return first
    }
    return Inferred(type.with(extents), inference.conditions)
  }

  private func commonChannels(_ inputs: [TensorType]) throws(SpecError) -> Int {
    var common = inputs[0].channels
    for input in inputs.dropFirst() where input.channels != common {
      guard broadcastsChannels, common == 1 || input.channels == 1 else {
        throw .channelsDiffer(common, input.channels)
      }
      common = max(common, input.channels)
    }
    return common
  }

  package func parameters(_ inputs: [TensorType]) throws(SpecError) -> [ParameterShape] {
    try Inference.requireArity(inputs, self.inputs)
    guard let shape = Shape([try commonChannels(inputs)]) else { throw .tooLarge }
    return slots.map { ParameterShape($0, shape) }
  }

  package var description: String {
    "pointwise \(expression)" + (slots.isEmpty ? "" : " " + slots.joined(separator: ","))
  }
}
