import IR
import Tensors

extension LayerTable {
  /// `show --json`
  package var json: JSON {
    .document([
      "parameters": .integer(parameterCount), "macs": .optional(multiplyAdds),
      "at": sizes.map { .array([.integer($0.height), .integer($0.width)]) } ?? .null,
      "layers": .array(rows.filter { $0.op != "input" }.map(\.json)),
    ])
  }
}

extension LayerRow {
  /// Sizes are one number where both axes agree, else [height, width].
  var json: JSON {
    .members([
      "name": .text(name), "op": .text(op), "shape": isUnused ? .null : dimensions,
      "kernel": .size(window?.kernel), "stride": .size(window?.stride),
      "rate": .size(window?.rate), "k_eff": .size(window?.effectiveKernel), "os": stride.json,
      "rf": receptiveField?.json ?? .null, "live": live.map(JSON.number) ?? .null,
      "live_formula": .optional(liveFormula),
      "parameters": .integer(parameters), "macs": .optional(multiplyAdds),
      "jump": geometry?.jump ?? .null, "start": geometry?.start ?? .null,
      "reads": geometry?.reads ?? .null, "unused": .bool(isUnused),
    ])
  }

  /// Numbers at a size, else texts such as `ceil(H/16)`.
  private var dimensions: JSON {
    if let shape { return .array(type.dimensions(shape).map(JSON.integer)) }
    guard let (height, width) = type.extents else { return .array([.text(type.text)]) }
    let extents: [JSON] = [.text(height.description), .text(width.description)]
    return .array(type.isMap ? [.text(String(type.channels))] + extents : extents)
  }
}

extension JSON {
  fileprivate static func size(_ size: Size2?) -> JSON {
    guard let size else { return .null }
    return size.height == size.width
      ? .integer(size.height) : .array([.integer(size.height), .integer(size.width)])
  }
}

extension ReceptiveField {
  var json: JSON {
    switch self {
    case .wholeImage: .text(description)
    case .pixels(let height, let width):
      height == width ? .integer(height) : .array([.integer(height), .integer(width)])
    }
  }
}
