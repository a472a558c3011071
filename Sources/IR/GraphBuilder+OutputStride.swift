import Tensors

extension GraphBuilder {
  /// Stride of a result: windows multiply it, resizing divides it, `like` copies it.
  func outputStride(
    _ spec: Spec, _ inputs: [Value], _ type: TensorType
  ) throws(ExtentError) -> OutputStride {
    guard let extents = type.extents else { return OutputStride(height: nil, width: nil) }
    let family = spec.family
    let window = family.window
    let source = inputs.first { $0.stride.height != nil || $0.stride.width != nil } ?? inputs[0]
    func stride(_ axis: Axis, _ extent: Extent) throws(ExtentError) -> Rational? {
      guard let input = source.stride[axis] else {
        return inputs.count > 1 ? inputs[1].stride[axis] : nil
      }
      if let window {
        let step = Rational(window.stride[axis])
        return window.isTransposed ? try input.divided(by: step) : try input.times(step)
      }
      if case .resize(let resize) = spec {
        switch resize.target {
        case .like: return inputs[1].stride[axis]
        case .factor(let height, let width):
          return try input.divided(by: axis == .height ? height : width)
        case .fixed:
          guard let from = source.type.extent(axis)?.constantValue, let to = extent.constantValue,
            from > 0, to > 0
          else { return nil }
          return try input.times(Rational(from, over: to))
        }
      }
      return family.reach == .global && !spec.keepsGrid ? nil : input
    }
    return OutputStride(
      height: try stride(.height, extents.height), width: try stride(.width, extents.width))
  }
}

extension OutputStride {
  subscript(axis: Axis) -> Rational? { axis == .height ? height : width }

  /// Whether one axis has a smaller stride than in `other`.
  func isFiner(than other: OutputStride) -> Bool {
    Axis.allCases.contains { axis in
      guard let own = self[axis], let theirs = other[axis] else { return false }
      return own < theirs
    }
  }
}

extension TensorType {
  /// The extent on one axis, where it has one.
  package func extent(_ axis: Axis) -> Extent? {
    extents.map { axis == .height ? $0.height : $0.width }
  }
}

extension Spec {
  /// How many products of its weight are summed into one output; nil for per-channel arithmetic.
  func fanIn(_ weight: Shape) -> Int? {
    switch self {
    case .convolution(let spec) where spec.transposed:
      weight.count / max(1, weight[1] * spec.groups)
    case .convolution, .product: weight.count / max(1, weight[0])
    case .pooling, .resize, .attention, .reduction, .pointwise, .movement: nil
    }
  }

  /// Attention reads everything but answers on the grid of its queries.
  var keepsGrid: Bool {
    if case .attention = self { true } else { false }
  }
}
