import Source
import Tensors

/// L0504: strided windows padded as TensorFlow's SAME, whose first cell depends on the size.
func sizeParity(_ context: LintContext) -> [LintFinding] {
  var kinds: [ValueID: MovingGrid] = [:]
  for (id, node) in context.nodes {
    guard let window = node.spec.family.window, !window.isTransposed, case .sameTF = window.padding,
      window.stride != .one
    else { continue }
    for axis in Axis.allCases where kinds[id] == nil {
      kinds[id] = MovingGrid(node, window, axis, context)
    }
  }
  return context.sites(of: kinds.keys.sorted { $0.index < $1.index }).compactMap { site in
    guard let first = site.values.first, let grid = kinds[first] else { return nil }
    let more = site.values.count > 1 ? ", \(site.values.count) layers here" : ""
    return site.finding(
      .sizeParity,
      """
      `\(grid.op)` with pad=same(tf) at stride \(grid.stride) stands on another grid from size to \
      size of its map\(more)
      """, notes: grid.notes, help: grid.help)
  }
}

/// The grids that one window has on the maps of admissible image sizes, along an axis.
private struct MovingGrid {
  /// One remainder of the map's cells by the stride.
  private struct Kind {
    let remainder: Int
    let total: Int
    let sizes: SizeSet
    var before: Int { total / 2 }
  }

  let op: String
  let stride: Int
  private let reach: Int
  private let axis: Axis
  private let extent: Extent
  private let kinds: [Kind]

  /// Nil where all admissible sizes have one grid.
  init?(_ node: Node, _ window: Window, _ axis: Axis, _ context: LintContext) {
    let stride = window.stride[axis]
    // A remainder each is looked at; strides past this one are no stride of a network.
    guard (2...16).contains(stride), let input = node.inputs.first,
      let (height, width) = context.graph[input].type.extents
    else { return nil }
    op = node.origin.op
    self.stride = stride
    self.axis = axis
    reach = window.effectiveKernel(axis) - 1
    extent = axis == .height ? height : width
    var kinds: [Kind] = []
    for remainder in 0..<stride {
      guard let sizes = try? context.sizes(axis, where: extent, isResidue: remainder, of: stride)
      else { return nil }
      let total = max(reach + 1 - (remainder == 0 ? stride : remainder), 0)
      if !sizes.isEmpty { kinds.append(Kind(remainder: remainder, total: total, sizes: sizes)) }
    }
    guard Set(kinds.map(\.before)).count > 1 else { return nil }
    self.kinds = kinds
  }

  /// Each kind of sizes with its pads and the cells that positions stand on.
  var notes: [Diagnostic.Note] {
    kinds.map { kind in
      let name =
        stride == 2
        ? (kind.remainder == 0 ? "even" : "odd") : "n mod \(stride) = \(kind.remainder)"
      let shift = kind.before == 0 ? "" : " - \(kind.before)"
      return Diagnostic.Note(
        """
        \(axis.word) n = \(extent) \(name): pads \(kind.before) before and \
        \(kind.total - kind.before) after; position i reads from cell \(stride)i\(shift), at \
        \(kind.sizes.text(axis.rawValue))
        """)
    }
  }

  var help: String {
    let after = reach - reach / 2
    let pads =
      reach / 2 == after ? "pad=\(after)" : "pad=(\(reach / 2), \(after), \(reach / 2), \(after))"
    let require = kinds.first { $0.remainder == 1 }?.sizes.requirement(axis.rawValue)
    let alike = "write `\(pads)`, which is the same where n mod \(stride) = 1 and never moves"
    return require.map { "\(alike); or admit those sizes alone: `require \($0)`" } ?? alike
  }
}

extension LintContext {
  /// The admissible image sizes at which an extent has a remainder.
  func sizes(
    _ axis: Axis, where extent: Extent, isResidue remainder: Int, of divisor: Int
  ) throws(ExtentError) -> SizeSet {
    let rest = try extent.minus(extent.floorDivided(by: divisor).times(divisor))
    return try SizeSet.whereEqual(rest, .constant(remainder)).intersection(checked.admissible[axis])
  }
}
