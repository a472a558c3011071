import Formats
import IR
import Source
import Tensors

extension GraphExporter {
  mutating func dense(_ spec: ProductSpec, _ input: String) -> String {
    let isVector = graph[layer.inputs[0]].type.extents == nil
    let vector = isVector ? input : emit("Flatten", [input], [("axis", .integer(1))])
    var operands = [vector, parameter(0)]
    if spec.hasBias { operands.append(parameter(1)) }
    return emit("Gemm", operands, [("transB", .integer(1))])
  }

  /// Scores of every source against every query, normalized over the sources, times the values.
  mutating func attention(
    _ spec: AttentionSpec, _ inputs: [String]
  ) throws(Diagnostic) -> String {
    let shape = integers([0, 0, -1], "positions")
    let flat = inputs.map { emit("Reshape", [$0, shape]) }
    let keys = emit("Transpose", [flat[1]], [("perm", .integers([0, 2, 1]))])
    var scores = emit(spec.combine == .product ? "MatMul" : "Add", [keys, flat[0]])
    var scale = spec.scale
    if spec.normalize != .softmax {
      let sources = try sides(layer.inputs[1], "the number of positions is a divisor")
      // The product of two sides of a shape.
      scale /= Double(sources.height * sources.width)
    }
    if spec.normalize == .reluCount {
      // Scores are scaled before the smaller than zero are dropped.
      if spec.scale < 0 { scores = emit("Neg", [scores]) }
      scores = emit("Relu", [scores])
      scale = abs(scale)
    }
    if scale != 1 { scores = emit("Mul", [scores, scalar(Float(scale))]) }
    if spec.normalize == .softmax { scores = emit("Softmax", [scores], [("axis", .integer(1))]) }
    let sums = emit("MatMul", [flat[2], scores])
    return emit("Reshape", [sums, mapShape(of: inputs[0])])
  }

  /// Four dimensions of the result: those of a map, but with the result's channels.
  private mutating func mapShape(of map: String) -> String {
    let channels = graph[layer.id].type.channels
    if let sides = sides(layer.id) {
      return integers([0, channels, sides.height, sides.width], "shape")
    }
    let parts = [integers([0, channels], "shape"), shape(of: map, from: 2)]
    return emit("Concat", parts, [("axis", .integer(0))])
  }
}
