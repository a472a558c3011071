import Tensors

/// An epilogue without its leading stages that are a scale and an offset a channel.
struct FoldedEpilogue {
  private let leading: [Scalar]
  let ending: TileEnding

  init(_ epilogue: Epilogue, of output: Shape) {
    let count = epilogue.stages.prefix { $0.isAffine }.count
    leading = Array(epilogue.stages[..<count])
    var ending = TileEnding(epilogue, of: output)
    ending.stages.removeFirst(count)
    let rest = ending.stages + (ending.second ?? [])
    if !rest.contains(where: { $0.usesParameters }) { ending.parameterCount = 0 }
    self.ending = ending
  }

  /// What the leading stages do to a sum that begins with a bias; parameters are the epilogue's.
  func affine(bias: Tensor?, channels: Int, parameters: [Tensor]) -> ChannelAffine {
    var result = ChannelAffine(scale: [], offset: [])
    for channel in 0..<channels {
      var value = (scale: 1.0, offset: bias.map { Double($0.withSpan { $0[channel] }) } ?? 0)
      for stage in leading {
        let step = stage.affine { index in Double(parameters[index].withSpan { $0[channel] }) }
        value = (step.scale * value.scale, step.scale * value.offset + step.offset)
      }
      result.scale.append(value.scale)
      result.offset.append(value.offset)
    }
    return result
  }
}

extension Scalar {
  /// Whether it is input 0 times a number a channel, plus another.
  fileprivate var isAffine: Bool {
    switch self {
    case .input(let index): index == 0
    case .add(let a, let b), .subtract(let a, let b):
      (a.isAffine && (b.isAffine || b.isConstant)) || (a.isConstant && b.isAffine)
    case .multiply(let a, let b):
      (a.isAffine && b.isConstant) || (a.isConstant && b.isAffine)
    case .divide(let a, let b): a.isAffine && b.isConstant
    case .negate(let a): a.isAffine
    default: false
    }
  }

  /// Whether it is a number a channel.
  fileprivate var isConstant: Bool { !uses { if case .input = $0 { true } else { false } } }

  fileprivate var usesParameters: Bool {
    uses { if case .parameter = $0 { true } else { false } }
  }

  /// Whether some leaf has a property.
  private func uses(_ property: (Scalar) -> Bool) -> Bool {
    switch self {
    case .input, .parameter, .constant: property(self)
    case .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b),
      .divide(let a, let b), .minimum(let a, let b), .maximum(let a, let b):
      a.uses(property) || b.uses(property)
    case .negate(let a), .exponential(let a), .squareRoot(let a), .hyperbolicTangent(let a),
      .power(let a, _):
      a.uses(property)
    }
  }

  /// Scale and offset of an affine expression; of a constant the scale is zero.
  fileprivate func affine(
    _ parameter: (Int) -> Double
  ) -> (scale: Double, offset: Double) {
    if isConstant { return (0, value(parameter)) }
    switch self {
    case .add(let a, let b):
      let (a, b) = (a.affine(parameter), b.affine(parameter))
      return (a.scale + b.scale, a.offset + b.offset)
    case .subtract(let a, let b):
      let (a, b) = (a.affine(parameter), b.affine(parameter))
      return (a.scale - b.scale, a.offset - b.offset)
    case .multiply(let a, let b):
      let (factor, rest) = a.isConstant ? (a, b) : (b, a)
      let (value, step) = (factor.value(parameter), rest.affine(parameter))
      return (step.scale * value, step.offset * value)
    case .divide(let a, let b):
      let (step, value) = (a.affine(parameter), b.value(parameter))
      return (step.scale / value, step.offset / value)
    case .negate(let a):
      let step = a.affine(parameter)
      return (-step.scale, -step.offset)
    default: return (1, 0)
    }
  }
}
