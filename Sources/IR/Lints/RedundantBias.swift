import Source
import Tensors

/// L0506: a bias whose layer is read by one affine layer alone, which absorbs it.
func redundantBias(_ context: LintContext) -> [LintFinding] {
  var absorbers: [ValueID: (reader: Node, parameter: Int)] = [:]
  for (_, node) in context.nodes {
    guard case .pointwise(let spec) = node.spec, node.inputs.count == 1,
      let parameter = spec.expression.shift, node.parameters.indices.contains(parameter)
    else { continue }
    let id = node.inputs[0]
    if context.readers[id.index] == 1, context.bias(of: id) != nil {
      absorbers[id] = (node, node.parameters[parameter])
    }
  }
  return context.sites(of: absorbers.keys.sorted { $0.index < $1.index }).compactMap { site in
    guard let first = site.values.first, let (reader, parameter) = absorbers[first],
      let bias = context.bias(of: first)
    else { return nil }
    let names = (bias.name, context.graph.parameters[parameter].name)
    let count = site.values.compactMap(context.bias(of:)).reduce(0) { $0 + $1.shape.count }
    let more = site.values.count > 1 ? " of \(site.values.count) layers" : ""
    return site.finding(
      .redundantBias,
      """
      the bias `\(names.0)` changes nothing: the `\(reader.origin.op)` behind it shifts by \
      `\(names.1)` first (\(count.grouped) parameters\(more))
      """,
      help: (site.isInLibrary ? "allow it where the published block has it" : "write `bias=no`")
        + "; trained weights give the same with `\(names.0)` subtracted from `\(names.1)`")
  }
}

extension LintContext {
  /// The bias that the maker of a value adds last.
  fileprivate func bias(of id: ValueID) -> Parameter? {
    guard let node = graph.node(id) else { return nil }
    switch node.spec {
    case .convolution, .product: break
    default: return nil
    }
    return node.parameters.lazy.map { graph.parameters[$0] }.first { $0.slot == "bias" }
  }
}

extension Scalar {
  /// The parameter that is subtracted from the input wherever the input stands; nil where the input
  /// stands without it, or where there is another.
  fileprivate var shift: Int? {
    var found: Set<Int> = []
    return isShifted(&found) && found.count == 1 ? found.first : nil
  }

  /// Whether every mention of an input is `input − parameter`; collects the parameters.
  private func isShifted(_ found: inout Set<Int>) -> Bool {
    switch self {
    case .input: return false
    case .parameter, .constant: return true
    case .subtract(.input(0), .parameter(let index)):
      found.insert(index)
      return true
    case .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b),
      .divide(let a, let b),
      .minimum(let a, let b), .maximum(let a, let b):
      return a.isShifted(&found) && b.isShifted(&found)
    case .negate(let a), .exponential(let a), .squareRoot(let a), .hyperbolicTangent(let a),
      .power(let a, _):
      return a.isShifted(&found)
    }
  }
}
