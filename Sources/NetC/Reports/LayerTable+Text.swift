import IR
import Source
import Tensors

extension LayerTable {
  /// The table with its head and a line of totals.
  package var text: String {
    var cells = [Self.columns.map(\.title)]
    cells += rows.map { row in Self.columns.map { $0.cell(row) } }
    let shown = Self.columns.indices.filter { column in
      cells.dropFirst().contains { !$0[column].isEmpty }
    }
    let widths = shown.map { column in cells.map { $0[column].count }.max() ?? 0 }
    var text = ""
    for line in cells {
      let parts = shown.enumerated().map { position, column in
        Self.columns[column].isNumber
          ? line[column].indented(to: widths[position]) : line[column].padded(to: widths[position])
      }
      var joined = parts.joined(separator: "  ")
      while joined.last == " " { joined.removeLast() }
      text += joined + "\n"
    }
    return text + totals + "\n"
  }

  private var totals: String {
    let layers = rows.count { $0.op != "input" && !$0.isUnused }
    var text = "\(layers.grouped) layers, \(parameterCount.grouped) parameters"
    if let sizes {
      let macs = multiplyAdds?.grouped ?? "more than 2^63"
      text += ", \(macs) multiply-adds at \(sizes.height)x\(sizes.width)"
    } else {
      text += "; \(conditions.height.text("H")), \(conditions.width.text("W"))"
    }
    return text
  }

  private struct Column: Sendable {
    let title: String
    var isNumber = true
    let cell: @Sendable (LayerRow) -> String
  }

  private static let columns: [Column] = [
    Column(title: "layer", isNumber: false) { $0.name },
    Column(title: "op", isNumber: false) { $0.isUnused ? "\($0.op) (unused)" : $0.op },
    Column(title: "shape", isNumber: false) { row in
      if row.isUnused { return "" }
      guard let shape = row.shape else { return row.type.text }
      return row.type.dimensions(shape).map(String.init).joined(separator: " x ")
    },
    Column(title: "kernel") { $0.window.map { "\($0.kernel.height)x\($0.kernel.width)" } ?? "" },
    Column(title: "stride") { $0.window.map { "\($0.stride)" } ?? "" },
    Column(title: "rate") { row in
      guard let window = row.window, window.kernel != .one else { return "" }
      return "\(window.rate)"
    },
    Column(title: "K_eff") { row in
      guard let window = row.window, window.kernel != .one else { return "" }
      return "\(window.effectiveKernel)"
    },
    Column(title: "os") { $0.isUnused ? "" : $0.stride.text },
    Column(title: "start") { $0.geometry?.startText ?? "" },
    Column(title: "reads") { row in
      guard let window = row.window, window.kernel != .one else { return "" }
      return row.geometry?.readingText ?? ""
    },
    Column(title: "rf") { $0.receptiveField?.shortText ?? "" },
    Column(title: "live taps") { row in
      guard let kernel = row.window?.kernel, kernel != .one else { return "" }
      guard let live = row.live else { return row.liveFormula ?? "" }
      return "\(live.hundredths)/\(kernel.height * kernel.width)"
    },
    Column(title: "params") { $0.parameters > 0 ? $0.parameters.grouped : "" },
    Column(title: "MACs") { row in
      guard let macs = row.multiplyAdds, macs > 0 else { return "" }
      return macs.grouped
    },
  ]
}

extension Window {
  /// r(K − 1) + 1 of both axes.
  package var effectiveKernel: Size2 { Size2(effectiveKernel(.height), effectiveKernel(.width)) }
}

extension ReceptiveField {
  var shortText: String { self == .wholeImage ? "all" : description }
}
