import IR
import Planning
import Source
import Tensors

extension NetworkDifference {
  /// Both networks' numbers, a line each, and how far b is from a.
  var figureTable: TextTable {
    let (a, b) = (figures.old, figures.new)
    var table = TextTable(["", "a", "b", "b to a"], rightAligned: [1, 2, 3])
    table.add(
      row("layers", a.layerCount, b.layerCount), row("tensors", a.tensorCount, b.tensorCount),
      row("parameters", a.summary.parameterCount, b.summary.parameterCount))
    if let size = a.summary.sizes {
      let at = " at \(size.height)x\(size.width)"
      table.add(
        row("multiply-adds\(at)", a.summary.multiplyAdds, b.summary.multiplyAdds),
        row("of taps on the map", a.liveMultiplyAdds, b.liveMultiplyAdds))
      if let old = a.memory, let new = b.memory {
        table.add(
          row("arena\(at)", old.arena, new.arena, byteText),
          row("all memory\(at)", old.total, new.total, byteText))
      }
    }
    table.add(
      text("output stride", a.summary.outputStride.text, b.summary.outputStride.text),
      text(
        "receptive field", a.summary.receptiveField.description,
        b.summary.receptiveField.description))
    for (axis, name) in [(Axis.height, "H"), (.width, "W")] {
      let sets = [old, new].map { $0.checked.admissible[axis].text(name) }
      table.add(text(axis == .height ? "heights" : "widths", sets[0], sets[1]))
    }
    return table
  }

  private func text(_ name: String, _ old: String, _ new: String) -> [String] {
    [name, old, new, old == new ? "equal" : "differs"]
  }

  private func row(
    _ name: String, _ old: Int?, _ new: Int?, _ text: (Int) -> String = { $0.grouped }
  ) -> [String] {
    guard let old, let new else {
      return [name, old.map(text) ?? "too many", new.map(text) ?? "too many", ""]
    }
    return [name, text(old), text(new), Self.ratio(old, new)]
  }

  /// `equal`, `+12.5 %`, `3.20 x`
  private static func ratio(_ old: Int, _ new: Int) -> String {
    if old == new { return "equal" }
    guard old > 0 else { return "" }
    let ratio = Double(new) / Double(old)
    if ratio >= 2 { return "\(fixed(ratio, 2)) x" }
    let percent = fixed((ratio - 1).magnitude * 100, 1)
    return "\(ratio > 1 ? "+" : "-")\(percent) %"
  }
}

extension TextTable {
  fileprivate mutating func add(_ rows: [String]...) {
    for row in rows { add(row) }
  }
}
