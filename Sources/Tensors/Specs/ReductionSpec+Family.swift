extension ReductionSpec: SpecFamily {
  package func infer(_ inputs: [TensorType]) throws(SpecError) -> Inferred {
    try Inference.requireArity(inputs, 1)
    var type = inputs[0]
    switch type.kind {
    case .map(let height, let width):
      if self == .argmax { type.kind = .labels(height: height, width: width) }
    case .vector:
      if self == .argmax { type.kind = .label }
    case .labels, .label, .windows:
      throw .kind(input: 0, expected: .mapOrVector, found: type.kind)
    }
    if self == .argmax { type.channels = 1 }
    if case .responseNormalization(let normalization) = self {
      try FieldLimits.require("size", normalization.size)
      if !normalization.acrossChannels { _ = try Inference.map(inputs) }
    }
    return Inferred(type)
  }

  package var window: Window? {
    guard case .responseNormalization(let normalization) = self,
      !normalization.acrossChannels
    else { return nil }
    let (size, before) = (normalization.size, normalization.before)
    let after = size - 1 - before
    return Window(
      kernel: Size2(size),
      padding: .explicit(Insets(top: before, bottom: after, left: before, right: after)))
  }

  package var retargeting: Retargeting {
    guard window != nil else { return .exact }
    return .refused("the window of a response normalization has no rate")
  }

  package var description: String {
    switch self {
    case .softmax: "softmax"
    case .argmax: "argmax"
    case .responseNormalization(let normalization): normalization.description
    }
  }
}

extension ResponseNormalization: CustomStringConvertible {
  /// Cells of the window before the one that it belongs to, as in PyTorch where `size` is even.
  package var before: Int { size / 2 }

  /// What the sum of squares is multiplied by.
  package var factor: Double {
    let cells = acrossChannels ? Double(size) : Double(size) * Double(size)
    return scaling == .caffe ? alpha / cells : alpha
  }

  package var description: String {
    let channels = acrossChannels ? "across" : "within"
    return "response_normalization \(size) alpha=\(alpha) beta=\(beta) k=\(k) "
      + "channels=\(channels) scaling=\(scaling.rawValue)"
  }
}
