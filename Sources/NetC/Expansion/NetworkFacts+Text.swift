import Frontend
import IR
import Tensors

extension NetworkFacts {
  /// Convention, legend, weights and rename rules as statements.
  var declarations: [String] {
    // Every argument that it would supply is written out.
    var lines = convention.map { ["convention \($0.rawValue)"] } ?? []
    if let legend {
      lines.append(
        legend.palette == .custom
          ? "legend [\(legend.names.map { Constant.text($0).text }.joined(separator: ", "))]"
          : "legend \(legend.palette.rawValue)")
    }
    if let weights {
      let source = weights.source.map { " source=\(Constant.text($0).text)" } ?? ""
      lines.append("weights \(Constant.text(weights.path).text)\(source)")
    }
    for rule in rules {
      lines.append(rule.text)
    }
    return lines
  }
}

extension RenameRule {
  /// As a statement.
  var text: String {
    guard let target else { return "ignore \(source)" }
    let layout = layout.map { " layout=\($0.rawValue)" } ?? ""
    let part = part.map {
      " \($0.axis.rawValue)=[\($0.range.lowerBound), \($0.range.upperBound)]"
    }
    return "rename \(target) <- \(source)\(layout)\(part ?? "")"
  }
}

extension SizeRequirement {
  /// A condition with the same sizes: `H >= 65 and H % 16 in [0, 15]`.
  var text: String {
    let symbol = axis.rawValue
    let first = sizes.threshold
    let small = (1..<first).filter(sizes.contains)
    let residues = (first..<first + sizes.period).filter(sizes.contains).map { $0 % sizes.period }
      .sorted()
    var large = "\(symbol) >= \(first)"
    if residues.count < sizes.period {
      large += " and \(symbol) % \(sizes.period) in [\(Self.list(residues))]"
    }
    if residues.isEmpty { return "\(symbol) in [\(Self.list(small))]" }
    return small.isEmpty ? large : "(\(large)) or \(symbol) in [\(Self.list(small))]"
  }

  private static func list(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: ", ")
  }
}

extension GraphInput {
  /// `input image: rgb[H, W] normalize=imagenet`
  func declaration(_ value: Value) -> String {
    var text = "input \(name): "
    switch (format.kind, value.type.extents) {
    case (.windows, _), (_, nil): return text + "windows[R]"
    case (.rgb, let (height, width)?): text += "rgb[\(height), \(width)]"
    case (.bgr, let (height, width)?): text += "bgr[\(height), \(width)]"
    case (.gray, let (height, width)?): text += "gray[\(height), \(width)]"
    case (.tensor, let (height, width)?):
      text += "tensor[\(value.type.channels), \(height), \(width)]"
      if let stride = value.stride.common, stride != .one { text += " os=\(stride.text)" }
    }
    func list(_ numbers: [Double]) -> String {
      "[\(numbers.map { "\($0)" }.joined(separator: ", "))]"
    }
    if format.scale != 1 { text += " scale=\(format.scale)" }
    if !format.mean.isEmpty { text += " mean=\(list(format.mean))" }
    if !format.std.isEmpty { text += " std=\(list(format.std))" }
    switch format.fit {
    case .exact: break
    case .shorter(let side, nil): text += " fit=shorter(\(side))"
    case .shorter(let side, let crop?): text += " fit=shorter(\(side), \(crop))"
    case .pad: text += " fit=pad"
    case .crop: text += " fit=crop"
    }
    return text
  }
}
