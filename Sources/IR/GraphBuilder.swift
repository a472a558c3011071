import Source
import Tensors

/// What a strided layer does with the stride it loses to `os=N`.
package enum AtrousRule: String, Sendable {
  /// It keeps its own rate; the layers after it owe the stride (DeepLabv3, torchvision).
  case kept
  /// Its own rate is multiplied too (semseg, segmentation_models_pytorch's own encoders).
  case all
}

/// Appends specs to a graph, inferring type, output stride and owed rate of each value.
package struct GraphBuilder {
  /// An `os=N` instance being elaborated.
  struct OutputStrideScope {
    let target: Int
    let rule: AtrousRule
    let span: Span
    let firstValue: Int
  }

  package private(set) var graph: Graph
  private(set) var scope: OutputStrideScope?
  private var parameterNames: [String: Int] = [:]
  /// Numbers in all parameters, at most 2^60: sums over layers never overflow.
  private var parameterElements = 0
  private static let maximumElements = 1 << 60
  /// The last `os=` that took a stride away.
  var lastRetargeting: Span?

  package init(name: String) {
    graph = Graph(name: name)
  }

  package mutating func addInput(
    _ name: String, type: TensorType, stride: OutputStride, format: InputFormat, span: Span
  ) -> ValueID {
    let id = ValueID(graph.entries.count)
    graph.entries.append(.input(graph.inputs.count))
    graph.values.append(Value(type: type, stride: stride, owed: .one, isRetargeted: false))
    graph.inputs.append(GraphInput(name: name, value: id, format: format, span: span))
    return id
  }

  package mutating func addOutput(_ name: String, _ value: ValueID, span: Span) {
    graph.outputs.append(GraphOutput(name: name, value: value, span: span))
  }

  package mutating func addLabel(_ path: String, _ value: ValueID, isLayer: Bool) {
    graph.labels.append(LabelledValue(path: path, value: value, isLayer: isLayer))
  }

  /// Opens an `os=N` instance: inside, no stride passes N.
  package mutating func openOutputStride(
    _ target: Int, rule: AtrousRule, at span: Span
  ) throws(Diagnostic) {
    guard (1...4096).contains(target) else { throw .strideOutOfRange(target, at: span) }
    if let scope { throw .nestedOutputStride(at: span, outer: scope.span) }
    scope = OutputStrideScope(
      target: target, rule: rule, span: span, firstValue: graph.values.count)
  }

  /// Closes it: its results leave with stride N and nothing owed.
  package mutating func closeOutputStride() {
    guard let scope else { preconditionFailure("an output stride scope is open") }
    for index in scope.firstValue..<graph.values.count { graph.values[index].owed = .one }
    self.scope = nil
  }

  /// Appends one node; inside an `os=N` instance its spec is made dense first.
  package mutating func append(
    _ spec: Spec, _ operands: [Operand], for call: OpCall
  ) throws(Diagnostic) -> ValueID {
    let inputs = operands.map { graph[$0.value] }
    try checkOwed(operands, call)
    let dense = try retarget(spec, inputs, operands, call)
    let types = inputs.map(\.type)
    do {
      let family = dense.spec.family
      let inferred = try family.infer(types)
      let parameters = try family.parameters(types)
      let stride = try outputStride(dense.spec, inputs, inferred.type)
      if call.isUnused {
        let indices = try addParameters(parameters, of: dense.spec, call)
        graph.unused.append(
          Node(
            spec: dense.spec, inputs: operands.map(\.value), parameters: indices,
            origin: call.origin))
        return operands[0].value
      }
      let index = graph.values.count
      let node = Node(
        spec: dense.spec, inputs: operands.map(\.value),
        parameters: try addParameters(parameters, of: dense.spec, call), origin: call.origin,
        owed: dense.multiplier, dropped: dense.dropped)
      let value = Value(
        type: inferred.type, stride: stride, owed: dense.owed, isRetargeted: dense.isRetargeted)
      if let scope, inputs[0].owed != .one, stride.isFiner(than: inputs[0].stride) {
        throw Diagnostic.upsamplingInside(call.origin, scope: scope.span)
      }
      graph.entries.append(.node(node))
      graph.values.append(value)
      for condition in inferred.conditions where !condition.set.isAll {
        if condition.set.isEmpty {
          throw Diagnostic.neverAdmissible(condition, operands, graph, call)
        }
        graph.conditions.append(
          Condition(
            axis: condition.axis, admissible: condition.set, reason: condition.reason, node: index))
      }
      return ValueID(index)
    } catch let error as SpecError {
      throw .spec(error, operands, graph, call)
    } catch let error as ExtentError {
      throw .spec(.extent(error), operands, graph, call)
    } catch let error as Diagnostic {
      throw error
    } catch {
      preconditionFailure("specs throw their own errors only")
    }
  }

  private mutating func addParameters(
    _ shapes: [ParameterShape], of spec: Spec, _ call: OpCall
  ) throws(Diagnostic) -> [Int] {
    var indices: [Int] = []
    for shape in shapes {
      let name = call.origin.path.isEmpty ? shape.slot : "\(call.origin.path).\(shape.slot)"
      if let first = parameterNames[name] {
        throw labelTwice(name, call.origin, first: first)
      }
      parameterNames[name] = graph.parameters.count
      guard shape.shape.count <= Self.maximumElements - parameterElements else {
        throw .tooManyParameters(call.origin)
      }
      parameterElements += shape.shape.count
      indices.append(graph.parameters.count)
      graph.parameters.append(
        Parameter(
          name: name, slot: shape.slot, shape: shape.shape, span: call.origin.span,
          fanIn: shape.slot == "weight" ? spec.fanIn(shape.shape) : nil, isUnused: call.isUnused))
    }
    return indices
  }
}
