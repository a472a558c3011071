import IR
import Source
import Tensors

extension NetworkSummary {
  /// Lines of the summary, the network's name first, with some rows more.
  func lines(and more: [(String, String)]) -> [String] {
    let list = settings.map { "\($0.name)=\($0.value.text)" }.joined(separator: ", ")
    var rows: [(String, String)] = [
      ("sizes", "\(admissible.height.text("H")); \(admissible.width.text("W"))"),
      ("smallest", Self.minimumText(admissible)),
      ("output stride", outputStride.text),
      ("parameters", parameterCount.grouped),
      ("receptive field", receptiveField.description),
    ]
    if let sizes {
      let size = "\(sizes.height)x\(sizes.width)"
      rows.append(("multiply-adds", "\(multiplyAdds?.grouped ?? "more than 2^63") at \(size)"))
    }
    for output in outputs {
      let shape = output.shape.map { " = \($0.map(String.init).joined(separator: " x "))" } ?? ""
      rows.append(("output \(output.name)", output.type + shape))
    }
    for (index, line) in liveTapsLines.enumerated() {
      rows.append((index == 0 ? "live taps" : "", line))
    }
    for (index, line) in binLines.enumerated() {
      rows.append((index == 0 ? "spp bins" : "", line))
    }
    rows += more
    let width = rows.map(\.0.count).max() ?? 0
    return [name + (list.isEmpty ? "" : " (\(list))")]
      + rows.map { "  \($0.padded(to: width))  \($1)" }
  }

  private static func minimumText(_ sizes: AdmissibleSizes) -> String {
    guard let height = sizes.height.minimum, let width = sizes.width.minimum else { return "none" }
    return "\(height)x\(width)"
  }

  /// The members of `check --json`.
  var members: [JSON.Member] {
    [
      .init(key: "network", value: .text(name)),
      .init(
        key: "settings",
        value: .object(settings.map { .init(key: $0.name, value: .text($0.value.text)) })),
      .init(key: "parameters", value: .integer(parameterCount)),
      .init(key: "output_stride", value: outputStride.json),
      .init(
        key: "admissible",
        value: .members([
          "H": .text(admissible.height.text("H")), "W": .text(admissible.width.text("W")),
        ])),
      .init(
        key: "minimum",
        value: .members([
          "H": .optional(admissible.height.minimum), "W": .optional(admissible.width.minimum),
        ])),
      .init(key: "receptive_field", value: .text(receptiveField.description)),
      .init(key: "macs", value: .optional(multiplyAdds)),
      .init(key: "live_taps", value: .array(liveTaps.map { $0.row.json(layers: $0.layers) })),
      .init(key: "spp_bins", value: .array(bins.map(\.json))),
      .init(
        key: "outputs",
        value: .array(
          outputs.map { output in
            .members([
              "name": .text(output.name), "type": .text(output.type),
              "shape": output.shape.map { .array($0.map(JSON.integer)) } ?? .null,
              "output_stride": .text(output.stride),
              "receptive_field": .text(output.receptiveField.description),
            ])
          })),
    ]
  }
}

extension OutputStride {
  /// A number where both axes share a whole one, else text.
  package var json: JSON {
    if let whole = common?.integer { return .integer(whole) }
    return height == nil && width == nil ? .null : .text(text)
  }
}

extension LiveTapsRow {
  fileprivate func json(layers: Int) -> JSON {
    .members([
      "kernel": .text("\(kernel.height)x\(kernel.width)"), "rate": .text(rate.description),
      "layers": .integer(layers), "formula": .optional(formula), "h": .text(height.description),
      "w": .text(width.description), "mean": mean.map(JSON.number) ?? .null,
    ])
  }
}

extension BinRow {
  fileprivate var json: JSON {
    .members([
      "rule": .text(table.rule.rawValue), "bins": .integer(table.bins),
      "height": .text(height.description), "width": .text(width.description),
      "miscounted": .array(table.miscounted.map(JSON.integer)),
      "refused": .array(table.refused.map(JSON.integer)),
      "unread": .array(table.unread.map(JSON.integer)), "unread_to": .integer(table.last),
    ])
  }
}
