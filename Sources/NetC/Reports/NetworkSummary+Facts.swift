import IR
import Tensors

/// Atrous layers that read their maps alike: how many of their taps are at work.
package struct LiveTapsRow: Hashable, Sendable {
  package let kernel: Size2
  package let rate: Size2
  /// The map, as functions of the image's size.
  package let height: Extent
  package let width: Extent
  /// `(3-12/h)(3-12/w)` on a map of h x w; nil where a layer changes the size of its map.
  package let formula: String?
  /// The smallest map on which that holds.
  package let start: Size2?
  /// The map and the mean at the size asked for.
  package let map: Size2?
  package let mean: Double?
}

extension LiveTapsRow {
  fileprivate func holds(on map: Size2) -> Bool {
    guard let start else { return false }
    return map.height >= start.height && map.width >= start.width
  }
}

/// A level of spatial pyramid pooling by a rule that is not right at every size.
package struct BinRow: Hashable, Sendable {
  package let height: Extent
  package let width: Extent
  package let table: BinTable
}

extension CheckedGraph {
  /// The kinds of atrous layers, in definition order, each with its number of layers.
  func liveTaps(_ shapes: [Shape]?) -> [(row: LiveTapsRow, layers: Int)] {
    var rows: [(row: LiveTapsRow, layers: Int)] = []
    for (id, node) in graph.nodes {
      guard case .convolution(let spec) = node.spec, !spec.transposed, spec.rate != .one,
        spec.kernel != .one,
        let input = node.inputs.first, let (height, width) = graph[input].type.extents
      else { continue }
      let map = shapes?[input.index]
      let mean = shapes.flatMap { spec.live(inputs: [$0[input.index]], output: $0[id.index]) }
      let row = LiveTapsRow(
        kernel: spec.kernel, rate: spec.rate, height: height, width: width,
        formula: spec.slidingWindow.liveTapsText, start: spec.slidingWindow.liveTapsStart,
        map: map.map { Size2($0.h, $0.w) }, mean: mean)
      if let index = rows.firstIndex(where: { $0.row == row }) {
        rows[index].layers += 1
      } else {
        rows.append((row, 1))
      }
    }
    return rows
  }

  /// The levels of pyramids with fixed windows.
  var binTables: [BinRow] {
    var rows: [BinRow] = []
    for (_, node) in graph.nodes {
      guard case .pooling(let pooling) = node.spec, case .spp(let bins, let rule) = pooling.region,
        let input = node.inputs.first, let (height, width) = graph[input].type.extents
      else { continue }
      for count in bins {
        guard let table = BinTable(rule, bins: count) else { continue }
        let row = BinRow(height: height, width: width, table: table)
        if !rows.contains(row) { rows.append(row) }
      }
    }
    return rows
  }
}

extension NetworkSummary {
  /// Rows of the summary past which it says how many there are more.
  private static let mostRows = 12

  /// `live taps`: one line for each kind of atrous layer.
  var liveTapsLines: [String] {
    let shown = liveTaps.prefix(Self.mostRows)
    let cells: [[String]] = shown.map { row, layers in
      let taps = row.kernel.height * row.kernel.width
      let kind = "\(row.kernel.height)x\(row.kernel.width) rate \(row.rate)"
      let name = layers > 1 ? "\(kind), \(layers) layers" : kind
      guard let mean = row.mean, let map = row.map else {
        let start = row.start.map { " from \($0.height)x\($0.width) on" } ?? ""
        let place = "h x w = \(row.height) x \(row.width)\(start)"
        return [name, row.formula ?? "", "of \(taps)", place]
      }
      return [
        name, "\(mean.hundredths) of \(taps)", row.holds(on: map) ? "= \(row.formula ?? "")" : "",
        "h x w = \(map.height)x\(map.width)",
      ]
    }
    return table(cells, total: liveTaps.count)
  }

  /// `spp bins`: one line for each level by a rule with fixed windows.
  var binLines: [String] {
    let shown = bins.prefix(Self.mostRows)
    let cells = shown.map { row in
      let (height, width) = (row.height.description, row.width.description)
      let map = "a = " + (height == width ? height : "\(height), \(width)")
      return [
        "rule=\(row.table.rule.rawValue)", "n = \(row.table.bins)", "\(map):", row.table.text,
      ]
    }
    return table(cells, total: bins.count)
  }

  private func table(_ cells: [[String]], total: Int) -> [String] {
    guard let columns = cells.first?.count else { return [] }
    let widths = (0..<columns).map { column in cells.map { $0[column].count }.max() ?? 0 }
    var lines = cells.map { line in
      var text = zip(line, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      return text
    }
    if total > cells.count { lines.append("… and \(total - cells.count) more") }
    return lines
  }
}
