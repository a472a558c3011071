import Source
import Tensors

/// L0502: series of atrous layers that read their map with holes; a note where `os=` makes them, or
/// where a layer of rate 1 further on reads the cells between.
func griddingHoles(_ context: LintContext) -> [LintFinding] {
  var series: [ValueID: HoledSeries] = [:]
  for axis in Axis.allCases {
    for found in gridding(context.graph, axis) where found.isChosen {
      series[found.last, default: .init()].add(found)
    }
  }
  let ends = series.keys.sorted { $0.index < $1.index }
  return context.sites(of: ends).map { site in
    finding(site, site.values.compactMap { series[$0] }, context.graph)
  }
}

/// The same series along both axes, or along the one on which it has holes.
private struct HoledSeries {
  private(set) var axes: [Gridding] = []

  mutating func add(_ found: Gridding) { axes.append(found) }

  var first: Gridding { axes[0] }
  var isNote: Bool { axes.allSatisfy { $0.isByOutputStride || $0.closing != nil } }
  /// The axis that says most: one with holes of its own.
  var worst: Gridding { axes.first { !$0.isByOutputStride && $0.closing == nil } ?? first }
  /// The share of the square that is read.
  var share: Double {
    axes.reduce(1) { $0 * Double($1.offsets.count) / Double($1.offsets.span) }
  }
  var isAlike: Bool {
    axes.count == 2 && axes[0].offsets == axes[1].offsets && axes[0].rates == axes[1].rates
  }
}

private func finding(
  _ site: LintSite, _ found: [HoledSeries], _ graph: Graph
) -> LintFinding {
  let loud = found.filter { !$0.isNote }
  let shown = loud.isEmpty ? found : loud
  guard let series = shown.min(by: { $0.share < $1.share }) else {
    preconditionFailure("a site has a series")
  }
  let worst = series.worst
  var message = "rates \(Gridding.text(worst.rates)) in series \(series.reading)"
  if shown.count > 1 { message += ", and \(shown.count - 1) more series here" }
  var notes: [Diagnostic.Note] = []
  if let first = graph.node(worst.windows[0].node), worst.windows.count > 1 {
    let last = graph.node(worst.last)
    notes.append(.init("the series runs from \(first.layerName) to \(last?.layerName ?? "")"))
  }
  let result = site.finding(
    .gridding, message, severity: loud.isEmpty ? .note : .warning, notes: notes,
    help: series.help(graph))
  var diagnostic = result.diagnostic
  diagnostic.lines = loud.isEmpty ? series.row : series.drawing
  return LintFinding(diagnostic, lines: result.lines)
}

extension Node {
  fileprivate var layerName: String { "`\(origin.path.isEmpty ? origin.op : origin.path)`" }
}

extension Gridding {
  /// `2, 4, 8`; long runs of one rate as `2 (22 times)`.
  fileprivate static func text(_ rates: [Int]) -> String {
    var runs: [(rate: Int, count: Int)] = []
    for rate in rates {
      if let last = runs.last, last.rate == rate {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((rate, 1))
      }
    }
    let isLong = rates.count > 6
    let parts = runs.flatMap { run in
      isLong && run.count > 2
        ? ["\(run.rate) (\(run.count) times)"]
        : [String](repeating: "\(run.rate)", count: run.count)
    }
    let shown = parts.prefix(12).joined(separator: ", ")
    return parts.count > 12 ? "\(shown), … (\(rates.count) layers)" : shown
  }
}

extension HoledSeries {
  /// `read 7 of 13 cells along each axis, 29.0 % of the square`
  fileprivate var reading: String {
    let counts = "read \(worst.offsets.count) of \(worst.offsets.span) cells"
    let thousandths = Int((share * 1000).rounded())
    let percent = "\(thousandths / 10).\(thousandths % 10) % of the square"
    if isAlike { return "\(counts) along each axis, \(percent)" }
    return "\(counts) along the \(worst.axis.word)" + (axes.count == 2 ? ", \(percent)" : "")
  }

  fileprivate func help(_ graph: Graph) -> String {
    if worst.isByOutputStride {
      return """
        nothing to change: `os=` took a stride of \(worst.owed) away and multiplied the rates \
        \(Gridding.text(worst.ownRates)), which leave no hole on the grid of the weights; each phase computes \
        what the strided network does
        """
    }
    if let closing = worst.closing.flatMap({ graph.node($0) }) {
      return "nothing to change: \(closing.layerName) further on reads the cells between"
    }
    let by = worst.owed > 1 ? ", which `os=` multiplies by \(worst.owed)," : ""
    guard let nearest = worst.nearestRates else {
      return "let every rate be at most 1 + the sum of (K - 1)·rate over the smaller ones"
    }
    let rates = Gridding.text(nearest)
    return "rates \(rates)\(by) leave no hole: the smallest change that closes them"
  }

  /// The cells around the position, a row of the map a line; `■` is read, `·` is not.
  fileprivate var drawing: [String] {
    guard isAlike || axes.count == 2 else { return row }
    let columns = axes[1].offsets
    return axes[0].offsets.middle(17).map { y in
      let isRow = axes[0].offsets.contains(y)
      return columns.middle(17).map { isRow && columns.contains($0) ? "■" : "·" }
        .joined(separator: " ")
    } + caption(17)
  }

  /// One line through the position.
  fileprivate var row: [String] {
    let cells = worst.offsets.middle(33).map { worst.offsets.contains($0) ? "■" : "·" }
    return [cells.joined(separator: " ")] + caption(33)
  }

  private func caption(_ most: Int) -> [String] {
    worst.offsets.span > most
      ? ["■ read, · not: the middle \(most) of \(worst.offsets.span) cells"] : ["■ read, · not"]
  }
}

extension OffsetSet {
  /// Up to an odd number of offsets around the middle one.
  fileprivate func middle(_ most: Int) -> ClosedRange<Int> {
    guard span > most else { return first...last }
    let center = first + span / 2
    return center - most / 2...center + most / 2
  }
}
