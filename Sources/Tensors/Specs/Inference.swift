/// What the families share when they infer: checks of inputs, and conditions on sizes.
struct Inference {
  private(set) var conditions: [SizeCondition] = []

  /// Adds a condition that some size violates.
  mutating func require(_ axis: Axis, _ set: SizeSet, _ reason: SizeCondition.Reason) {
    if set.isAll { return }
    let condition = SizeCondition(axis: axis, set: set, reason: reason)
    if !conditions.contains(condition) { conditions.append(condition) }
  }

  /// Requires a result of at least one cell.
  mutating func requirePositive(_ axis: Axis, _ extent: Extent) throws(SpecError) {
    if let size = extent.constantValue {
      guard size >= 1 else { throw .nonPositive(axis, size) }
      return
    }
    let set = try exactly { () throws(ExtentError) in try SizeSet.whereAtLeast(extent, 1) }
    require(axis, set, .positive(extent))
  }

  /// Requires two sides of a join to have one extent.
  mutating func requireEqual(_ axis: Axis, _ a: Extent, _ b: Extent) throws(SpecError) {
    if let left = a.constantValue, let right = b.constantValue {
      guard left == right else { throw .sizesDiffer(axis, left, right) }
      return
    }
    let set = try exactly { () throws(ExtentError) in try SizeSet.whereEqual(a, b) }
    require(axis, set, .equal(a, b))
  }

  /// The extents of a map; the input's number is for the error.
  static func map(_ inputs: [TensorType], _ input: Int = 0) throws(SpecError) -> MapExtents {
    guard case .map(let height, let width) = inputs[input].kind else {
      throw .kind(input: input, expected: .map, found: inputs[input].kind)
    }
    return MapExtents(height: height, width: width)
  }

  /// The extents of a map or of labels.
  static func plane(_ inputs: [TensorType], _ input: Int = 0) throws(SpecError) -> MapExtents {
    guard let extents = inputs[input].extents else {
      throw .kind(input: input, expected: .mapOrLabels, found: inputs[input].kind)
    }
    return MapExtents(height: extents.height, width: extents.width)
  }

  static func requireArity(
    _ inputs: [TensorType], _ expected: Int, orMore: Bool = false
  ) throws(SpecError) {
    guard inputs.count == expected || (orMore && inputs.count > expected) else {
      throw .arity(expected: expected, orMore: orMore, found: inputs.count)
    }
  }

  static func requireOneLeading(_ inputs: [TensorType]) throws(SpecError) {
    for input in inputs where input.leading != inputs[0].leading { throw .leadingDiffers }
  }
}

/// Height and width of a map.
struct MapExtents {
  var height: Extent
  var width: Extent

  subscript(axis: Axis) -> Extent { axis == .height ? height : width }

  /// One extent from each axis.
  static func each(
    _ extent: (Axis) throws(SpecError) -> Extent
  ) throws(SpecError) -> MapExtents {
    MapExtents(height: try extent(.height), width: try extent(.width))
  }
}

extension TensorType {
  /// The same kind of value, a map or labels, with other extents.
  func with(_ extents: MapExtents) -> TensorType {
    var type = self
    if case .labels = kind {
      type.kind = .labels(height: extents.height, width: extents.width)
    } else {
      type.kind = .map(height: extents.height, width: extents.width)
    }
    return type
  }
}

/// Runs arithmetic on extents, whose failures are a spec's.
func exactly<Value>(_ body: () throws(ExtentError) -> Value) throws(SpecError) -> Value {
  do throws(ExtentError) { return try body() } catch { throw .extent(error) }
}

/// The bounds of what a spec's fields may say; products of two stay far inside 64 bits.
enum FieldLimits {
  static let largest = Int(Int32.max)

  static func require(
    _ name: String, _ value: Int, in allowed: ClosedRange<Int> = 1...largest
  ) throws(SpecError) {
    guard allowed.contains(value) else {
      throw .field(name, value: value, allowed: allowed)
    }
  }

  static func require(
    _ name: String, _ pair: Size2, in allowed: ClosedRange<Int> = 1...largest
  ) throws(SpecError) {
    try require(name, pair.height, in: allowed)
    try require(name, pair.width, in: allowed)
  }

  static func require(_ name: String, _ insets: Insets) throws(SpecError) {
    for value in [insets.top, insets.bottom, insets.left, insets.right] {
      try require(name, value, in: 0...largest)
    }
  }

  /// A field times a positive number, where the product is still allowed.
  static func times(_ value: Int, _ factor: Int) throws(SpecError) -> Int {
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    guard !overflow, product <= largest else { throw .tooLarge }
    return product
  }
}
