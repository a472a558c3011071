import Tensors

extension Graph: CustomStringConvertible {
  /// The stable text form: inputs, nodes and outputs, one a line.
  package var description: String {
    var lines = ["graph \(name)"]
    for (index, entry) in entries.enumerated() {
      let value = values[index]
      switch entry {
      case .input(let position):
        lines.append("  %\(index) = input \(inputs[position].name): \(value.type.text)")
      case .node(let node):
        let inputs = node.inputs.map { "%\($0.index)" }.joined(separator: ", ")
        let weights = node.parameters.isEmpty ? "" : " @\(node.origin.path)"
        lines.append(
          "  %\(index) = \(node.spec)(\(inputs))\(weights): \(value.type.text), os \(value.stride.text)"
        )
      }
    }
    for output in outputs { lines.append("  output \(output.name) = %\(output.value.index)") }
    for parameter in parameters {
      let unused = parameter.isUnused ? " unused" : ""
      lines.append("  parameter \(parameter.name): \(parameter.shape)\(unused)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension OutputStride {
  /// `16`, `16x8`, or `-` where there is none.
  package var text: String {
    guard height != nil || width != nil else { return "-" }
    if let common { return common.text }
    return "\(height?.text ?? "-")x\(width?.text ?? "-")"
  }
}
