import Tensors

/// A map that a node reads: its extent along an axis and where it lies.
struct PlacedMap {
  let extent: Extent
  let placement: Placement
}

extension Spec {
  /// Where the result lies whose extent is `result`, along one axis; nil without a place.
  func placement(
    _ axis: Axis, _ first: PlacedMap, result: Extent
  ) throws(ExtentError) -> Placement? {
    let source = first.placement
    if let window {
      return try window.placement(axis, source, first.extent, result: result)
    }
    switch self {
    case .resize(let resize):
      return try resize.placement(axis, source, first.extent, result: result)
    case .movement(.crop(let insets)):
      return try source.moved(by: Rational(insets[axis].before))
    case .movement(.pad(let insets, _)):
      return try source.moved(by: Rational(-insets[axis].before))
    case .movement(.cropLike(let anchor)):
      return try source.moved(by: anchor.before(axis, larger: first.extent, smaller: result))
    case .movement(.padLike(let anchor)):
      return try source.moved(
        by: anchor.before(axis, larger: result, smaller: first.extent).times(-1))
    case .pooling, .product, .movement(.flatten): return nil
    case .movement, .convolution, .attention, .reduction, .pointwise: return source
    }
  }
}

extension Window {
  /// A window lies at its middle: (K_eff − 1)/2 − pad cells from the first cell it reads.
  fileprivate func placement(
    _ axis: Axis, _ source: Placement, _ input: Extent, result: Extent
  ) throws(ExtentError) -> Placement? {
    let reach = effectiveKernel(axis) - 1
    let step = Rational(stride[axis])
    guard case .explicit(let insets) = padding else {
      if isTransposed { return nil }
      // before = floor(max((out − 1)s + K_eff − in, 0) / 2)
      let total = try result.minus(1).times(stride[axis]).plus(reach + 1).minus(input)
      let before = try Extent.maximum(total, .constant(0)).floorDivided(by: 2)
      let centred = try source.moved(by: Rational(reach, over: 2))
      return try centred.moved(by: before.times(-1))?.moved(by: .zero, step: step)
    }
    if reach == 2 * insets[axis].before, stride[axis] == 1 { return source }
    let shift = try Rational(reach, over: 2).minus(Rational(insets[axis].before))
    guard isTransposed else { return try source.moved(by: shift, step: step) }
    let back = try shift.divided(by: step).times(Rational(-1))
    return try source.moved(by: back, step: Rational(1, over: stride[axis]))
  }
}

extension ResizeSpec {
  fileprivate func placement(
    _ axis: Axis, _ source: Placement, _ input: Extent, result: Extent
  ) throws(ExtentError) -> Placement? {
    if input == result { return source }
    if case .factor(let height, let width) = target, !alignCorners {
      // (o + ½)/factor − ½ cells, or floor(o/factor): (q − 1)/(2q) before o·p/q in the mean
      let scale = try Rational.one.divided(by: axis == .height ? height : width)
      let shift =
        mode == .nearest
        ? try Rational(1 - scale.denominator, over: 2)
          .divided(by: Rational(scale.denominator))
        : try scale.minus(.one).times(Rational(1, over: 2))
      return try source.moved(by: shift, step: scale)
    }
    let byEdges = !alignCorners
    guard let ends = try source.ends(input, byEdges: byEdges) else { return nil }
    return .stretched(
      Placement.Stretch(
        low: ends.low, high: ends.high, count: result, isByEdges: byEdges,
        nearest: mode == .nearest ? input : nil))
  }
}

extension MovementSpec.Anchor {
  /// The cells of the larger extent that lie before the smaller.
  fileprivate func before(
    _ axis: Axis, larger: Extent, smaller: Extent
  ) throws(ExtentError) -> Extent {
    switch self {
    case .center: try larger.minus(smaller).floorDivided(by: 2)
    case .offset(let height, let width): .constant(axis == .height ? height : width)
    }
  }
}

/// Where every value of a graph lies along one axis.
///
/// Nil without a place: behind a pool of the whole map, and where it is no sum of extents any more,
/// as of a window that does not keep its middle behind a resize to another map's size.
package func placements(_ graph: Graph, _ axis: Axis) -> [Placement?] {
  var known: [Placement?] = []
  known.reserveCapacity(graph.entries.count)
  for (index, entry) in graph.entries.enumerated() {
    known.append(graph.placement(of: entry, ValueID(index), known, axis))
  }
  return known
}

extension Graph {
  /// Where a value lies, given where those before it do.
  ///
  /// A join lies where the oldest of its inputs with a place does; a map that broadcasts, such as the
  /// gate of squeeze and excitation, has none. An image lies on itself, another input on the grid of
  /// its stride with its first sample on the first pixel.
  func placement(
    of entry: Source, _ id: ValueID, _ known: [Placement?], _ axis: Axis
  ) -> Placement? {
    guard case .node(let node) = entry else {
      guard let jump = self[id].stride[axis] else { return nil }
      return jump == .one ? .image : .grid(start: .zero, jump: jump)
    }
    if node.spec.isPositionwise(node.inputs.count) { return known[node.inputs[0].index] }
    guard let result = self[id].type.extent(axis),
      let first = placedInputs(of: node, result, known, axis).first,
      let placement = known[first.index], let extent = self[first].type.extent(axis)
    else { return nil }
    let map = PlacedMap(extent: extent, placement: placement)
    return (try? node.spec.placement(axis, map, result: result)) ?? nil
  }

  /// The inputs on whose grid the result lies, those with a place, the oldest first.
  func placedInputs(
    of node: Node, _ result: Extent, _ known: [Placement?], _ axis: Axis
  ) -> [ValueID] {
    let sources = node.spec.gridInputs(node.inputs)
    if sources.count == 1 { return Array(sources) }
    return sources.filter { id in
      guard known[id.index] != nil, let extent = self[id].type.extent(axis) else { return false }
      return extent.constantValue != 1 || result.constantValue == 1
    }.sorted { $0.index < $1.index }
  }
}
