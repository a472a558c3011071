import IR
import Planning
import Source

extension NetworkDifference {
  /// The layers like a diff: `=` equal, `~` changed or renamed, `-` only in a, `+` only in b.
  ///
  /// Block instances that are equal, or in one network only, are one line; `isWhole` lists layers.
  func structure(isWhole: Bool) -> [String] {
    var table = TextTable(["", "", "", ""], rightAligned: [])
    for group in layers.groups {
      switch group.kind {
      case .equal:
        if !layers.isEmpty, isWhole || group.rows.count >= Self.manyEqual {
          table.add(["=", equal(group), layerText(group.rows.count)])
        }
      case .changed(let changes):
        let renamed = formerName(group.rows)
        let text = (changes.map(\.text) + renamed).joined(separator: ", ")
        for rows in parts(group.rows, isWhole) {
          table.add(["~", names(rows), head(rows), text])
        }
      case .renamed(let old, let new):
        guard isWhole || group.rows.count == 1 else {
          table.add(["~", "\(new).*", layerText(group.rows.count), "in a: \(old).*"])
          continue
        }
        for row in group.rows {
          let (a, b) = (layers.places(row).old, layers.places(row).new)
          guard let a, let b else { continue }
          table.add([
            "~", layers.new[b].name, layers.new[b].summary, "in a: \(layers.old[a].name)",
          ])
        }
      case .removed: add(group, "-", layers.old, isWhole, to: &table)
      case .added: add(group, "+", layers.new, isWhole, to: &table)
      }
    }
    return Array(table.lines.dropFirst())
  }

  /// Every row by itself, or all together.
  private func parts(_ rows: [Int], _ isWhole: Bool) -> [[Int]] {
    isWhole ? rows.map { [$0] } : [rows]
  }

  /// A block instance a line, or a layer.
  private func add(
    _ group: DifferenceGroup, _ mark: String, _ list: [ComparedLayer], _ isWhole: Bool,
    to table: inout TextTable
  ) {
    let places = group.rows.compactMap { layers.places($0).old ?? layers.places($0).new }
    guard let first = places.first, let last = places.last else { return }
    if isWhole {
      for place in places {
        table.add([
          mark, list[place].name, list[place].summary, parameterText(list[place].parameterCount),
        ])
      }
      return
    }
    for run in list.runs(in: first..<last + 1) {
      let name = run.first == run.last ? run.first : "\(run.first) … \(run.last)"
      let what =
        run.block.map { block in
          (run.instances > 1 ? "\(run.instances) x " : "") + "\(block), \(layerText(run.layers))"
        } ?? list[first...last].first { $0.name == run.first }?.summary ?? ""
      table.add([mark, name, what, parameterText(run.parameters)])
    }
  }

  /// Fewer equal layers between others are not worth a line.
  private static let manyEqual = 5

  /// The first and the last of equal layers, block instances by their own names.
  private func equal(_ group: DifferenceGroup) -> String {
    let places = group.rows.compactMap { layers.places($0).new }
    guard let first = places.first, let last = places.last else { return "" }
    let runs = layers.new.runs(in: first..<last + 1)
    let ends = (runs[0].first, runs[runs.count - 1].last)
    return ends.0 == ends.1 ? ends.0 : "\(ends.0) … \(ends.1)"
  }

  /// `aspp.convs.1.0`, `layer3.1.conv2 … layer3.22.conv2 (22)`
  private func names(_ rows: [Int]) -> String {
    let places = rows.compactMap { layers.places($0).new }
    guard let first = places.first, let last = places.last else { return "" }
    if first == last { return layers.new[first].name }
    return "\(layers.new[first].name) … \(layers.new[last].name) (\(places.count))"
  }

  /// What the first of changed layers is called in a, where that is another name.
  private func formerName(_ rows: [Int]) -> [String] {
    guard let row = rows.first, let old = layers.places(row).old, let new = layers.places(row).new,
      layers.old[old].name != layers.new[new].name
    else { return [] }
    return ["in a: \(layers.old[old].name)" + (rows.count > 1 ? " …" : "")]
  }

  /// What changed layers are in b; their op where they are not all the same.
  private func head(_ rows: [Int]) -> String {
    let own = rows.compactMap { layers.places($0).new }.map { layers.new[$0] }
    let texts = Set(own.map(\.summary))
    return texts.count == 1 ? own[0].summary : own.first?.key.op ?? ""
  }

  private func layerText(_ count: Int) -> String { count == 1 ? "1 layer" : "\(count) layers" }

  private func parameterText(_ count: Int) -> String {
    count > 0 ? "\(count.grouped) parameters" : ""
  }
}

extension GraphDifference {
  /// The layers of a row.
  func places(_ row: Int) -> (old: Int?, new: Int?) {
    switch rows[row] {
    case .equal(let old, let new), .changed(let old, let new, _), .renamed(let old, let new):
      (old, new)
    case .removed(let old): (old, nil)
    case .added(let new): (nil, new)
    }
  }
}

extension ComparedLayer {
  /// `conv 3x3 256`: the op with the words of its spec that have no names.
  var summary: String {
    guard specs.count == 1, !specs[0].hasPrefix("pointwise") else { return key.op }
    let words = specs[0].split(separator: " ").dropFirst().filter { !$0.contains("=") }
    return ([key.op] + words.map(String.init)).joined(separator: " ")
  }
}
