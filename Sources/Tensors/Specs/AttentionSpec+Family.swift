extension AttentionSpec: SpecFamily {
  package func infer(_ inputs: [TensorType]) throws(SpecError) -> Inferred {
    try Inference.requireArity(inputs, 3)
    let query = try Inference.map(inputs, 0)
    let key = try Inference.map(inputs, 1)
    let value = try Inference.map(inputs, 2)
    try Inference.requireOneLeading(inputs)
    guard inputs[0].channels == inputs[1].channels else {
      throw .channelsDiffer(inputs[0].channels, inputs[1].channels)
    }
    if combine == .add, inputs[0].channels != 1 {
      throw .channels(expected: 1, found: inputs[0].channels)
    }
    var inference = Inference()
    for axis in Axis.allCases { try inference.requireEqual(axis, key[axis], value[axis]) }
    var type = inputs[0].with(query)
    type.channels = inputs[2].channels
    return Inferred(type, inference.conditions)
  }

  /// A pair of positions costs the channels of the values, and of the keys where they multiply.
  package func multiplyAdds(inputs: [Shape], output: Shape) -> Int? {
    let (query, key, value) = (inputs[0], inputs[1], inputs[2])
    let channels = value.c.addingReportingOverflow(combine == .product ? key.c : 0)
    if channels.overflow { return nil }
    return product([query.n, query.h, query.w, key.h, key.w, channels.partialValue])
  }

  package var reach: Reach { .global }

  package var retargeting: Retargeting {
    .approximate("attention sums over more positions")
  }

  package var description: String {
    var words = ["attention", normalize.rawValue]
    if combine == .add { words.append("combine=add") }
    if scale != 1 { words.append("scale=\(scale)") }
    return words.joined(separator: " ")
  }
}
