import Source
import Tensors

/// L0503: sides of a join, or a map and what it is resized, cropped or padded to, that lie apart in
/// the image.
func misalignedSides(_ context: LintContext) -> [LintFinding] {
  var apart: [ValueID: [Misalignment]] = [:]
  for axis in Axis.allCases {
    let sizes = context.stated.map { axis == .height ? $0.sizes.height : $0.sizes.width }
    let found = misalignments(
      context.checked, axis, at: sizes, convention: context.convention)
    for one in found { apart[one.node, default: []].append(one) }
  }
  let nodes = apart.keys.sorted { $0.index < $1.index }
  return context.sites(of: nodes).map { site in
    finding(site, site.values.compactMap { apart[$0].map(ApartSides.init) }, context)
  }
}

/// What lies apart in one node: of each axis the two sides that are the farthest from each other.
private struct ApartSides {
  let axes: [Misalignment]

  init(_ found: [Misalignment]) {
    axes = Axis.allCases.compactMap { axis in
      found.filter { $0.axis == axis }.max { $0.distance < $1.distance }
    }
  }

  var worst: Misalignment { axes.max { $0.distance < $1.distance } ?? axes[0] }
  /// Whether a map is brought to another, rather than two being joined.
  var isLike: Bool { worst.side.value == worst.node }

  /// `512x512`, or `H=512` where only one axis is concerned.
  var sizes: String {
    if axes.count == 2 { return "\(axes[0].size)x\(axes[1].size)" }
    return axes.map { "\($0.axis.rawValue)=\($0.size)" }.joined()
  }

  /// Where the sides lie on each other, as far as that is known for all sizes.
  var aligned: String? {
    let known = axes.compactMap(\.aligned)
    guard known.count == axes.count else { return nil }
    if known.allSatisfy(\.isEmpty) { return "at no size they lie on each other" }
    let texts = zip(axes, known).map { $1.text($0.axis.rawValue) }
    return "they lie on each other at \(texts.joined(separator: " and at "))"
  }
}

private func finding(
  _ site: LintSite, _ found: [ApartSides], _ context: LintContext
) -> LintFinding {
  let graph = context.graph
  guard let apart = found.max(by: { $0.worst.distance < $1.worst.distance }),
    let node = graph.node(apart.worst.node)
  else { preconditionFailure("a site has a finding") }
  let worst = apart.worst
  let distance = "\(worst.distance.rounded) px"
  var message =
    apart.isLike
    ? "`\(node.origin.op)` lands \(distance) beside the map that it is like, at \(apart.sizes)"
    : "the sides of `\(node.origin.op)` lie \(distance) apart in the image at \(apart.sizes)"
  if found.count > 1 { message += ", and \(found.count - 1) more here" }
  var notes: [Diagnostic.Note] = []
  for side in [worst.side, worst.other] {
    let isResult = side.value == worst.node
    let maker = isResult ? nil : graph.maker(of: side.value, seenFrom: node.origin)
    let name = maker?.name ?? "`\(node.origin.op)`"
    notes.append(.init("\(name) has a sample \(side.place.text)", at: maker?.span))
  }
  if worst.first != worst.last {
    notes.append(
      .init(
        """
        along the \(worst.axis.word) they differ by \(worst.first.rounded) px at the first sample \
        and \(worst.last.rounded) px at the last
        """))
  }
  if let aligned = apart.aligned { notes.append(.init(aligned)) }
  return site.finding(.misaligned, message, notes: notes, help: help(apart, node, context))
}

/// The fix that fits: a size, the other grid, the declaration.
private func help(_ apart: ApartSides, _ node: Node, _ context: LintContext) -> String {
  var parts: [String] = []
  if let one = apart.axes.first(where: { !($0.aligned?.isEmpty ?? true) }),
    let next = one.aligned?.smallestMember(from: one.size)
  {
    parts.append("use \(one.axis.rawValue)=\(next)")
  }
  guard case .resize(let resize) = node.spec else {
    return parts.first
      ?? (apart.isLike
        ? "move it by an `offset` that puts its first sample on the other's"
        : "a window keeps the place of its map where the pad before it is half of K_eff - 1")
  }
  if let aligned = apart.worst.otherGrid(of: resize, node, context.checked) {
    let grid = resize.alignCorners ? "no" : "yes"
    let sizes = aligned.text(apart.worst.axis.rawValue)
    parts.append("use `align_corners=\(grid)`, exact at \(sizes)")
  }
  if context.convention == nil {
    let trained = resize.alignCorners ? "tf" : "torch"
    parts.append("if it was trained so, declare `convention \(trained)` in the network")
  }
  return parts.isEmpty
    ? "resize to a size that the grid of the map fits" : parts.joined(separator: "; or ")
}

extension Misalignment {
  /// The sizes at which a resize would lie on its target with its corners aligned, or not.
  fileprivate func otherGrid(
    of resize: ResizeSpec, _ node: Node, _ checked: CheckedGraph
  ) -> SizeSet? {
    let graph = checked.graph
    guard resize.mode == .bilinear, let input = node.inputs.first,
      let count = graph[self.node].type.extent(axis), let extent = graph[input].type.extent(axis),
      let source = placements(graph, axis)[input.index]
    else { return nil }
    var other = resize
    other.alignCorners.toggle()
    let map = PlacedMap(extent: extent, placement: source)
    guard let placed = try? Spec.resize(other).placement(axis, map, result: count),
      let all = try? placed.aligned(with: self.other.placement, count: count),
      let aligned = try? all.intersection(checked.admissible[axis])
    else { return nil }
    return aligned.isEmpty ? nil : aligned
  }
}

extension Place {
  /// `every 16 px from -7.5 px on`
  fileprivate var text: String { "every \(jump.rounded) px from \(start.rounded) px on" }
}
