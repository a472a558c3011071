extension MovementSpec: SpecFamily {
  package func infer(_ inputs: [TensorType]) throws(SpecError) -> Inferred {
    var inference = Inference()
    switch self {
    case .identity:
      try Inference.requireArity(inputs, 1)
      return Inferred(inputs[0])
    case .concat:
      return try inferConcat(inputs)
    case .crop(let insets), .pad(let insets, _):
      try Inference.requireArity(inputs, 1)
      try FieldLimits.require(isCrop ? "crop" : "pad", insets)
      let map = try Inference.plane(inputs)
      let extents = try MapExtents.each { (axis) throws(SpecError) in
        let cells = insets[axis].before + insets[axis].after
        let extent = try exactly { () throws(ExtentError) in
          try map[axis].plus(isCrop ? -cells : cells)
        }
        if isCrop, cells > 0 { try inference.requirePositive(axis, extent) }
        return extent
      }
      return Inferred(inputs[0].with(extents), inference.conditions)
    case .cropLike(let anchor), .padLike(let anchor):
      try Inference.requireArity(inputs, 2)
      try Inference.requireOneLeading(inputs)
      let (source, target) = (try Inference.plane(inputs), try Inference.plane(inputs, 1))
      for axis in Axis.allCases {
        let before = try anchor.cells(axis)
        try isCrop
          ? inference.requireCrop(axis, wanted: target[axis], offset: before, from: source[axis])
          : inference.requirePad(axis, source: source[axis], offset: before, to: target[axis])
      }
      return Inferred(inputs[0].with(target), inference.conditions)
    case .flatten:
      try Inference.requireArity(inputs, 1)
      // A dense layer on the same input asks for the same sizes and refuses the same.
      let weights = ProductSpec(outputFeatures: 1, hasBias: false)
      let shape = try weights.parameters(inputs)[0].shape
      return Inferred(
        TensorType(leading: inputs[0].leading, channels: shape[1], kind: .vector))
    }
  }

  private var isCrop: Bool {
    switch self {
    case .crop, .cropLike: true
    case .identity, .concat, .pad, .padLike, .flatten: false
    }
  }

  private func inferConcat(_ inputs: [TensorType]) throws(SpecError) -> Inferred {
    try Inference.requireArity(inputs, 1, orMore: true)
    try Inference.requireOneLeading(inputs)
    var inference = Inference()
    var channels = 0
    for (index, input) in inputs.enumerated() {
      let (sum, overflow) = channels.addingReportingOverflow(input.channels)
      if overflow { throw .tooLarge }
      channels = sum
      if inputs[0].kind == .vector {
        guard input.kind == .vector else {
          throw .kind(input: index, expected: .vector, found: input.kind)
        }
        continue
      }
      let (first, map) = (try Inference.map(inputs), try Inference.map(inputs, index))
      for axis in Axis.allCases { try inference.requireEqual(axis, first[axis], map[axis]) }
    }
    var type = inputs[0]
    type.channels = channels
    return Inferred(type, inference.conditions)
  }

  package var retargeting: Retargeting {
    switch self {
    case .identity, .concat, .crop, .pad, .cropLike(.offset), .padLike(.offset): .exact
    case .cropLike(.center), .padLike(.center):
      .refused("the sizes that it aligns differ by another amount")
    case .flatten: .refused("flatten reads a fixed number of positions")
    }
  }

  package func dense(
    owed: Size2, stride: Size2, atrousAll: Bool
  ) throws(SpecError) -> MovementSpec {
    if owed == .one { return self }
    if case .refused(let reason) = retargeting { throw .refused(reason) }
    func times(_ insets: Insets) throws(SpecError) -> Insets {
      Insets(
        top: try FieldLimits.times(insets.top, owed.height),
        bottom: try FieldLimits.times(insets.bottom, owed.height),
        left: try FieldLimits.times(insets.left, owed.width),
        right: try FieldLimits.times(insets.right, owed.width))
    }
    switch self {
    case .crop(let insets): return .crop(try times(insets))
    case .pad(let insets, let value): return .pad(try times(insets), value: value)
    case .cropLike(let anchor): return .cropLike(try anchor.times(owed))
    case .padLike(let anchor): return .padLike(try anchor.times(owed))
    case .identity, .concat, .flatten: return self
    }
  }

  package var reach: Reach { self == .flatten ? .global : .local }
}

extension MovementSpec.Anchor {
  /// The cells before, where they are given.
  fileprivate func cells(_ axis: Axis) throws(SpecError) -> Int? {
    guard case .offset(let height, let width) = self else { return nil }
    let cells = axis == .height ? height : width
    try FieldLimits.require("offset", cells, in: 0...FieldLimits.largest)
    return cells
  }

  fileprivate func times(_ owed: Size2) throws(SpecError) -> MovementSpec.Anchor {
    guard case .offset(let height, let width) = self else { return self }
    return .offset(
      try FieldLimits.times(height, owed.height), try FieldLimits.times(width, owed.width))
  }

  /// The cells of the larger extent that lie before the smaller.
  package func before(_ axis: Axis, larger: Int, smaller: Int) -> Int {
    switch self {
    case .center: (larger - smaller) / 2
    case .offset(let height, let width): axis == .height ? height : width
    }
  }
}

extension Inference {
  /// Requires `wanted` cells from `offset` on, or from the centre, to lie inside `source`.
  fileprivate mutating func requireCrop(
    _ axis: Axis, wanted: Extent, offset: Int?, from source: Extent
  ) throws(SpecError) {
    let last = try exactly { () throws(ExtentError) in try wanted.plus(offset ?? 0) }
    if let size = last.constantValue, let available = source.constantValue {
      guard size <= available else {
        throw .cropNeverFits(axis, wanted: size, from: available)
      }
      return
    }
    let set = try exactly { () throws(ExtentError) in try SizeSet.whereAtMost(last, source) }
    require(axis, set, .cropFits(wanted: last, from: source))
  }

  /// Requires `source` after `offset` cells, or in the centre, to lie inside `target`.
  fileprivate mutating func requirePad(
    _ axis: Axis, source: Extent, offset: Int?, to target: Extent
  ) throws(SpecError) {
    let last = try exactly { () throws(ExtentError) in try source.plus(offset ?? 0) }
    if let size = last.constantValue, let available = target.constantValue {
      guard size <= available else { throw .padNeverFits(axis, source: size, to: available) }
      return
    }
    let set = try exactly { () throws(ExtentError) in try SizeSet.whereAtMost(last, target) }
    require(axis, set, .padFits(source: last, to: target))
  }
}

extension MovementSpec: CustomStringConvertible {
  package var description: String {
    switch self {
    case .identity: "identity"
    case .concat: "concat"
    case .crop(let insets): "crop \(insets)"
    case .cropLike(let anchor): "crop like \(anchor)"
    case .pad(let insets, let value): "pad \(insets)" + (value == 0 ? "" : " value=\(value)")
    case .padLike(let anchor): "pad like \(anchor)"
    case .flatten: "flatten"
    }
  }
}

extension MovementSpec.Anchor: CustomStringConvertible {
  package var description: String {
    switch self {
    case .center: "anchor=center"
    case .offset(let height, let width): "anchor=offset(\(height),\(width))"
    }
  }
}
