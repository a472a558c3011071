import Formats

/// What `export` says about the model that it writes.
struct ExportReport {
  private let model: ExportedGraph
  private let path: String

  init(_ model: ExportedGraph, path: String) {
    self.model = model
    self.path = path
  }

  var lines: [String] {
    let count = model.nodes.count
    let head =
      "\(DiagnosticText.printable(path)): \(count) operator\(count == 1 ? "" : "s") "
      + "of version \(model.opset)"
    let values = model.inputs.map { ("input", $0) } + model.outputs.map { ("output", $0) }
    let width = values.map(\.1.name.count).max() ?? 0
    return [head]
      + values.map { kind, value in
        let shape = value.dimensions.map(\.text).joined(separator: " x ")
        return "  \(kind.padded(to: 6))  \(value.name.padded(to: width))  \(shape)  "
          + value.element.text
      }
  }

  /// The keys `path`, `opset`, `operators`, `inputs` and `outputs`.
  var document: JSON {
    .document([
      "path": .text(path), "opset": .integer(model.opset),
      "operators": .integer(model.nodes.count), "inputs": .array(model.inputs.map(json)),
      "outputs": .array(model.outputs.map(json)),
    ])
  }

  private func json(_ value: ONNXValue) -> JSON {
    .members([
      "name": .text(value.name), "type": .text(value.element.text),
      "shape": .array(value.dimensions.map(\.json)),
    ])
  }
}

extension ONNXValue.Dimension {
  fileprivate var text: String {
    switch self {
    case .fixed(let size): String(size)
    case .named(let name): name
    }
  }

  fileprivate var json: JSON {
    switch self {
    case .fixed(let size): .integer(size)
    case .named(let name): .text(name)
    }
  }
}

extension ONNXElement {
  fileprivate var text: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .int64: "int64"
    }
  }
}
