import Source
import Tensors

/// L0505: levels of a pyramid whose last bin ends before the map does, at some admissible size.
func unreadCells(_ context: LintContext) -> [LintFinding] {
  var levels: [ValueID: [UnreadLevel]] = [:]
  for (id, node) in context.nodes {
    guard case .pooling(let pooling) = node.spec, case .spp(let bins, let rule) = pooling.region,
      rule == .paper
    else { continue }
    let found = Set(bins).sorted().compactMap { UnreadLevel(node, bins: $0, rule, context) }
    if !found.isEmpty { levels[id] = found }
  }
  return context.sites(of: levels.keys.sorted { $0.index < $1.index }).compactMap { site in
    guard let id = site.values.first, let found = levels[id], let first = found.first else {
      return nil
    }
    return site.finding(
      .unreadCells, first.text, notes: found.map { Diagnostic.Note($0.note) },
      help: "use `rule=adaptive`, which reads every cell at every size")
  }
}

/// A level of n bins that leaves cells out at some image sizes.
private struct UnreadLevel {
  private let table: BinTable
  private let axis: Axis
  private let extent: Extent
  private let sizes: SizeSet
  private let size: Int
  private let cells: Int

  init?(_ node: Node, bins: Int, _ rule: BinRule, _ context: LintContext) {
    guard let table = BinTable(rule, bins: bins), let input = node.inputs.first,
      let (height, width) = context.graph[input].type.extents
    else { return nil }
    for (axis, extent) in [(Axis.height, height), (Axis.width, width)] {
      guard let sizes = try? context.unread(axis, extent, bins), !sizes.isEmpty,
        let size = sizes.smallestMember(from: 65) ?? sizes.minimum,
        let cells = try? extent.value(at: size)
      else { continue }
      self.table = table
      self.axis = axis
      self.extent = extent
      self.sizes = sizes
      self.size = size
      self.cells = cells
      return
    }
    return nil
  }

  private var rest: Int { table.rule.unreadCells(table.bins, size: cells) }

  var text: String {
    let part = axis == .height ? "row" : "column"
    let last = rest == 1 ? "the last \(part)" : "the last \(rest) \(part)s"
    return "no bin of \(table.bins) by rule=\(table.rule.rawValue) reads \(last) of \(cells) at "
      + "\(axis.rawValue)=\(size)"
  }

  var note: String {
    "\(table.bins) bins leave cells out at \(sizes.text(axis.rawValue)), on a \(axis.word) a = "
      + "\(extent) with a mod \(table.bins) "
      + (table.bins == 3 ? "= 2" : ">= 2")
  }
}

extension LintContext {
  /// The admissible image sizes at which the paper's rule leaves cells of a map unread.
  fileprivate func unread(
    _ axis: Axis, _ extent: Extent, _ bins: Int
  ) throws(ExtentError) -> SizeSet {
    let rest = try extent.minus(extent.floorDivided(by: bins).times(bins))
    return try SizeSet.whereAtLeast(rest, 2).intersection(checked.admissible[axis])
  }
}
