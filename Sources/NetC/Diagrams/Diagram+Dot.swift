extension Diagram {
  /// The graph in the language of Graphviz.
  package var dot: String {
    var text = "digraph \(Self.quoted(name)) {\n"
    text += "  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=11];\n"
    text += "  edge [fontname=\"Helvetica\", fontsize=9, color=\"#64748b\"];\n"
    for (index, box) in boxes.enumerated() {
      let label = Self.quoted(([box.title] + box.details).joined(separator: "\n"))
      let shape = box.style == .join ? ", shape=ellipse" : ""
      let colors = StridePalette.colors(box.stride)
      text += "  n\(index) [label=\(label), fillcolor=\"\(colors.fill)\""
      text += ", color=\"\(colors.line)\"\(shape)];\n"
    }
    for arrow in arrows {
      text += "  n\(arrow.from) -> n\(arrow.to)"
      text += " [tooltip=\(Self.quoted(arrow.label))];\n"
    }
    return text + "}\n"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\"", "\\": result += "\\\(character)"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result + "\""
  }
}

/// Colours by output stride: warm where the map is fine, cool where it is coarse.
enum StridePalette {
  struct Colors {
    let fill: String
    let line: String
  }

  static func colors(_ stride: Double?) -> Colors {
    guard let stride else { return Colors(fill: "#f1f5f9", line: "#94a3b8") }
    switch stride {
    case ..<1.5: return Colors(fill: "#fef3c7", line: "#d97706")
    case ..<3: return Colors(fill: "#ffedd5", line: "#ea580c")
    case ..<6: return Colors(fill: "#dcfce7", line: "#16a34a")
    case ..<12: return Colors(fill: "#ccfbf1", line: "#0d9488")
    case ..<24: return Colors(fill: "#dbeafe", line: "#2563eb")
    default: return Colors(fill: "#ede9fe", line: "#7c3aed")
    }
  }

  static let legend: [(text: String, stride: Double?)] = [
    ("os 1", 1), ("2", 2), ("4", 4), ("8", 8), ("16", 16), ("32", 32), ("none", nil),
  ]
}
