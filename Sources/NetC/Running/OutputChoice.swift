import Frontend
import IR
import Source
import Tensors

extension Graph {
  /// The output of a name; without one `labels`, else `scores`, else the first.
  package func output(named name: String?) throws(Diagnostic) -> GraphOutput {
    if let name {
      if let output = outputs.first(where: { $0.name == name }) { return output }
      throw .unknownOutput(name, outputs.map(\.name))
    }
    let usual = ["labels", "scores"].compactMap { word in outputs.first { $0.name == word } }
    guard let output = usual.first ?? outputs.first else {
      preconditionFailure("a checked network has outputs")
    }
    return output
  }

  /// The outputs of some names; without any the one that `output(named: nil)` is.
  func outputs(named names: [String]) throws(Diagnostic) -> [GraphOutput] {
    guard !names.isEmpty else { return [try output(named: nil)] }
    var outputs: [GraphOutput] = []
    for name in names { outputs.append(try output(named: name)) }
    return outputs
  }

  /// How many classes an output tells apart: the channels of the scores that labels are chosen from.
  func classes(of output: GraphOutput) -> Int {
    var id = output.value
    while self[id].type.isLabel, let source = node(id)?.inputs.first { id = source }
    return self[id].type.channels
  }
}

extension TensorType {
  /// Class indices of pixels.
  var isLabelMap: Bool {
    if case .labels = kind { true } else { false }
  }

  /// The dimensions that a result has outside netc: labels without a channel axis, vectors without
  /// sides.
  func natural(_ shape: Shape) -> [Int] {
    switch kind {
    case .map: shape.dimensions
    case .labels: [shape.n, shape.h, shape.w]
    case .vector, .windows: [shape.n, shape.c]
    case .label: [shape.n]
    }
  }

  var isLabel: Bool {
    switch kind {
    case .labels, .label: true
    case .map, .vector, .windows: false
    }
  }
}

extension Diagnostic {
  fileprivate static func unknownOutput(_ name: String, _ known: [String]) -> Diagnostic {
    let list = known.map { "`\($0)`" }.joined(separator: ", ")
    return Diagnostic(
      .unknownOutput, "the network has no output `\(name)`",
      help: nearest(name, among: known).map { "did you mean `\($0)`?" } ?? "it has \(list)")
  }
}
