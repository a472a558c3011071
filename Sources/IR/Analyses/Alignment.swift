import Tensors

/// Two sides of a join, or a map and what it is brought to, that lie apart along one axis.
package struct Misalignment: Sendable {
  package let axis: Axis
  package let node: ValueID
  /// The side that is measured and the one it is measured from.
  package let side: Side
  package let other: Side
  /// The admissible sizes at which they lie on each other; nil where that is known size by size only.
  package let aligned: SizeSet?
  /// Where they do not.
  package let size: Int
  /// Pixels of the image from `other` to `side`, at the first and at the last sample.
  package let first: Rational
  package let last: Rational

  package struct Side: Sendable {
    /// The value; for what a node brings to another map, the one that it brings.
    package let value: ValueID
    package let placement: Placement
    package let place: Place
  }

  /// The larger distance of the two.
  package var distance: Rational { max(first.magnitude, last.magnitude) }
}

extension Rational {
  package var magnitude: Rational { self < .zero ? ((try? times(Rational(-1))) ?? self) : self }
}

/// The sides that lie apart, along one axis, at stated sizes, or at every size.
///
/// With `convention` the network declares what it was trained with: what the framework's own grid
/// of a resize, and the pads of tf, put beside its target counts as on it. One cause is one finding:
/// behind it a value counts as where the other side lies.
package func misalignments(
  _ checked: CheckedGraph, _ axis: Axis, at sizes: [Int], convention: Convention?
) -> [Misalignment] {
  let graph = checked.graph
  var found: [Misalignment] = []
  var actual: [Placement?] = []
  var declared: [Placement?] = []
  actual.reserveCapacity(graph.entries.count)
  declared.reserveCapacity(graph.entries.count)
  for (index, entry) in graph.entries.enumerated() {
    let id = ValueID(index)
    var place = graph.placement(of: entry, id, actual, axis)
    var trained =
      convention.map { graph.placement(of: entry, id, declared, axis, as: $0) } ?? nil
    if case .node(let node) = entry, node.inputs.count > 1, let count = graph[id].type.extent(axis)
    {
      for (side, other) in graph.sides(of: node, id, count, actual, axis) {
        let own = side == id ? place : actual[side.index]
        guard let own, let target = actual[other.index], own != target else { continue }
        let isAt = { (a: Placement, b: Placement) in
          checked.misalignment(a, b, of: id, (side, other), count, axis, at: sizes)
        }
        guard let apart = isAt(own, target) else { continue }
        if convention != nil {
          let theirs = declared[other.index]
          let ownTrained = side == id ? trained : declared[side.index]
          let isTrained = ownTrained.flatMap { a in theirs.map { isAt(a, $0) == nil } } ?? false
          if !isTrained { found.append(apart) }
          if side == id { trained = theirs }
        } else {
          found.append(apart)
        }
        if side == id { place = target }
      }
    }
    actual.append(place)
    declared.append(trained)
  }
  return found
}

extension Graph {
  /// What is to lie on each other in a node: the sides of a join, each with the oldest, or the result
  /// and the map that it is to be like.
  fileprivate func sides(
    of node: Node, _ id: ValueID, _ count: Extent, _ known: [Placement?], _ axis: Axis
  ) -> [(side: ValueID, other: ValueID)] {
    if let like = node.spec.likeness(node.inputs) { return [(id, like)] }
    let inputs = placedInputs(of: node, count, known, axis)
    guard let oldest = inputs.first else { return [] }
    return inputs.dropFirst().map { ($0, oldest) }
  }

  /// Where a value lies in the eyes of a framework, which takes its own grids and pads for exact.
  fileprivate func placement(
    of entry: Source, _ id: ValueID, _ known: [Placement?], _ axis: Axis, as convention: Convention
  ) -> Placement? {
    guard case .node(let node) = entry, let input = node.inputs.first,
      let source = known[input.index]
    else { return placement(of: entry, id, known, axis) }
    if case .resize(let resize) = node.spec,
      resize.alignCorners == convention.alignsCorners(resize.mode)
    {
      switch resize.target {
      case .like: return known[node.inputs[1].index]
      case .factor(let height, let width):
        let step = try? Rational.one.divided(by: axis == .height ? height : width)
        return step.flatMap { try? source.moved(by: .zero, step: $0) }
      case .fixed: break
      }
    }
    if convention == .tf, let window = node.spec.window, window.padding == .sameTF {
      return try? source.moved(by: .zero, step: Rational(window.stride[axis]))
    }
    return placement(of: entry, id, known, axis)
  }
}

extension Spec {
  /// The map whose grid the result is brought to.
  fileprivate func likeness(_ inputs: [ValueID]) -> ValueID? {
    switch self {
    case .resize(let resize): resize.target == .like ? inputs[1] : nil
    case .movement(.cropLike), .movement(.padLike): inputs[1]
    case .convolution, .pooling, .product, .attention, .reduction, .pointwise, .movement: nil
    }
  }
}

extension CheckedGraph {
  /// How far `a` lies from `b`, where it does at a stated size or at every size.
  fileprivate func misalignment(
    _ a: Placement, _ b: Placement, of node: ValueID, _ sides: (side: ValueID, other: ValueID),
    _ count: Extent, _ axis: Axis, at stated: [Int]
  ) -> Misalignment? {
    let admissible = self.admissible[axis]
    var aligned = (try? a.aligned(with: b, count: count)) ?? nil
    if let all = aligned {
      if admissible.isSubset(of: all) { return nil }
      aligned = try? admissible.intersection(all)
    }
    var sizes = stated.filter { aligned?.contains($0) != true }
    if stated.isEmpty, aligned?.isEmpty == true {
      sizes = [admissible.smallestMember(from: 512) ?? admissible.minimum ?? 1]
    }
    for size in sizes {
      guard let own = a.place(at: size), let other = b.place(at: size),
        let cells = try? count.value(at: size),
        let first = try? own.start.minus(other.start),
        let drift = try? own.jump.minus(other.jump).times(Rational(max(cells - 1, 0))),
        let last = try? first.plus(drift), first != .zero || last != .zero
      else { continue }
      return Misalignment(
        axis: axis, node: node,
        side: .init(value: sides.side, placement: a, place: own),
        other: .init(value: sides.other, placement: b, place: other), aligned: aligned, size: size,
        first: first, last: last)
    }
    return nil
  }
}
