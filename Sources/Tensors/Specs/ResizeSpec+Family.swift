extension ResizeSpec: SpecFamily {
  package func infer(_ inputs: [TensorType]) throws(SpecError) -> Inferred {
    try Inference.requireArity(inputs, target == .like ? 2 : 1)
    let source = mode == .nearest ? try Inference.plane(inputs) : try Inference.map(inputs)
    var inference = Inference()
    let extents: MapExtents
    switch target {
    case .like:
      extents = try Inference.plane(inputs, 1)
      try Inference.requireOneLeading(inputs)
    case .fixed(let size):
      try FieldLimits.require("size", size)
      extents = MapExtents(height: .constant(size.height), width: .constant(size.width))
    case .factor(let height, let width):
      extents = try MapExtents.each { (axis) throws(SpecError) in
        let factor = axis == .height ? height : width
        guard factor > .zero else { throw .factor(factor) }
        let extent = try exactly { () throws(ExtentError) in
          try source[axis].times(factor.numerator).floorDivided(by: factor.denominator)
        }
        if factor < .one { try inference.requirePositive(axis, extent) }
        return extent
      }
    }
    return Inferred(inputs[0].with(extents), inference.conditions)
  }

  package var retargeting: Retargeting {
    .approximate("a resize starts from another grid")
  }

  package var description: String {
    var words = ["resize"]
    switch target {
    case .like: words.append("like")
    case .factor(let height, let width):
      words.append(height == width ? "factor=\(height)" : "factor=\(height)x\(width)")
    case .fixed(let size): words.append("\(size.height)x\(size.width)")
    }
    words.append(mode.rawValue)
    if alignCorners { words.append("align_corners=yes") }
    return words.joined(separator: " ")
  }
}
