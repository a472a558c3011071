import IR
import Source
import Tensors

/// A graph made by hand, without the language.
struct TestNetwork {
  private(set) var builder: GraphBuilder
  private static let span = Span(source: SourceID(index: 0), lower: 0, upper: 0)

  init(_ name: String = "test") {
    builder = GraphBuilder(name: name)
  }

  var graph: Graph { builder.graph }

  mutating func input(_ name: String, channels: Int) -> ValueID {
    input(name, .map(channels, .symbol(.height), .symbol(.width)))
  }

  mutating func input(_ name: String, _ type: TensorType) -> ValueID {
    builder.addInput(
      name, type: type, stride: OutputStride(height: .one, width: .one),
      format: InputFormat(kind: .tensor), span: Self.span)
  }

  mutating func output(_ name: String, _ value: ValueID) {
    builder.addOutput(name, value, span: Self.span)
  }

  mutating func add(
    _ op: String, _ spec: Spec, _ inputs: [ValueID], path: String = ""
  ) throws -> ValueID {
    let operands = inputs.map { Operand(value: $0, span: Self.span) }
    let call = OpCall(
      signature: Signature(op, "", values: 1...8), inputs: operands,
      origin: Origin(op: op, span: Self.span, path: path))
    return try builder.append(spec, operands, for: call)
  }

  /// The graph after the checks; nil where they refuse it.
  var checked: CheckedGraph? {
    var diagnostics = DiagnosticSet()
    return check(graph, requirements: [], into: &diagnostics)
  }
}

/// Specs that several tests need.
extension Spec {
  static func conv(_ channels: Int, kernel: Int = 3, stride: Int = 1, bias: Bool = true) -> Spec {
    .convolution(
      ConvolutionSpec(
        outputChannels: channels, kernel: Size2(kernel), stride: Size2(stride),
        padding: .explicit(Insets(kernel / 2)), hasBias: bias))
  }

  static let relu = Spec.pointwise(
    PointwiseSpec(inputs: 1, expression: .maximum(.input(0), .constant(0))))

  static let sum = Spec.pointwise(
    PointwiseSpec(inputs: 2, expression: .add(.input(0), .input(1))))

  static let product = Spec.pointwise(
    PointwiseSpec(inputs: 2, expression: .multiply(.input(0), .input(1))))

  static let normalization = Spec.pointwise(
    PointwiseSpec(
      inputs: 1,
      expression: .add(
        .multiply(
          .divide(
            .subtract(.input(0), .parameter(2)),
            .squareRoot(.add(.parameter(3), .constant(1e-5)))),
          .parameter(0)),
        .parameter(1)),
      slots: ["weight", "bias", "running_mean", "running_var"]))

  static let identity = Spec.movement(.identity)
  static let globalAverage = Spec.pooling(
    PoolingSpec(kind: .average(countIncludePad: true), region: .global))
}
