import Foundation
import TestSupport
import Testing

import Tensors

@Suite struct PointwiseTests {
  private let x = Scalar.input(0)

  private func binary(_ scalar: Scalar, broadcastsChannels: Bool = false) -> Spec {
    .pointwise(
      PointwiseSpec(inputs: 2, expression: scalar, broadcastsChannels: broadcastsChannels))
  }

  private func unary(_ scalar: Scalar, _ values: [Float]) throws -> [Float] {
    let spec = PointwiseSpec(inputs: 1, expression: scalar)
    return try run(.pointwise(spec), [map(1, 1, values.count, values)]).values
  }

  @Test func activations() throws {
    let relu = Scalar.maximum(x, .constant(0))
    #expect(try unary(relu, [-1, 0, 2, .infinity]) == [0, 0, 2, .infinity])
    #expect(try unary(relu, [.nan])[0].isNaN)
    let silu = Scalar.divide(x, .add(.constant(1), .exponential(.negate(x))))
    let values = try unary(silu, [0, 1, -1, 20, -1000])
    #expect(zip(values, [0, 0.731_058_6, -0.268_941_4, 20, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
    let hardswish = Scalar.divide(
      .multiply(
        x, .minimum(.maximum(.add(x, .constant(3)), .constant(0)), .constant(6))), .constant(6))
    #expect(try unary(hardswish, [-4, -3, 0, 3, 4]) == [0, 0, 0, 3, 4])
    #expect(try unary(.power(.add(.constant(1), x), 3), [1, 2]) == [8, 27])
    #expect(try unary(.hyperbolicTangent(x), [0.5]) == [Float(tanh(0.5))])
    #expect(try unary(.squareRoot(.subtract(x, .constant(1))), [10]) == [3])
  }

  @Test func batchNormalization() throws {
    let normalized = Scalar.divide(
      .subtract(x, .parameter(2)), .squareRoot(.add(.parameter(3), .constant(1e-5))))
    let spec = PointwiseSpec(
      inputs: 1, expression: .add(.multiply(normalized, .parameter(0)), .parameter(1)),
      slots: ["weight", "bias", "running_mean", "running_var"])
    let shapes = try spec.parameters([symbolicMap])
    #expect(shapes.map(\.slot) == spec.slots)
    #expect(shapes.allSatisfy { $0.shape.dimensions == [256] })
    let parameters = try [[2, 3], [1, -1], [5, 6], [4, 9]].map {
      try Tensor(Shape([2])!, $0)
    }
    let result = try run(.pointwise(spec), [map(2, 1, 2, [5, 7, 6, 0])], parameters)
    let (first, second) = ((4 + 1e-5).squareRoot(), (9 + 1e-5).squareRoot())
    let expected: [Double] = [1, 4 / first + 1, -1, -18 / second - 1]
    #expect(result.values == expected.map { Float($0) })
    // a vector is normalized as well
    let vector = TensorType(channels: 2, kind: .vector)
    #expect(try spec.infer([vector]).type == vector)
  }

  @Test func broadcasting() throws {
    let product = Scalar.multiply(x, .input(1))
    let maps = try counting(1, 2, 2, 3)
    let scale = try map(2, 1, 1, [10, 100])
    #expect(
      try run(binary(product), [maps, scale]).values
        == [10, 20, 30, 40, 50, 60, 700, 800, 900, 1_000, 1_100, 1_200])
    #expect(
      try run(binary(product), [scale, maps]).values == run(binary(product), [maps, scale]).values)
    let column = try map(2, 2, 1, [1, 2, 3, 4])
    #expect(
      try run(binary(.add(x, .input(1))), [maps, column]).values
        == [2, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15, 16])
    let attention = try map(1, 2, 3, [0, 1, 2, 3, 4, 5])
    #expect(throws: SpecError.channelsDiffer(2, 1)) {
      try run(binary(product), [maps, attention])
    }
    #expect(
      try run(binary(product, broadcastsChannels: true), [attention, maps]).values
        == [0, 2, 6, 12, 20, 30, 0, 8, 18, 30, 44, 60])
  }

  @Test func threeInputsAndLongRows() throws {
    var random = RandomNumbers(seed: 21)
    let inputs = try (0..<3).map { _ in try random.tensor(Shape(2, 2, 2, 1_500)!) }
    let spec = PointwiseSpec(
      inputs: 3, expression: .maximum(.maximum(x, .input(1)), .input(2)))
    let values = inputs.map(\.values)
    let expected = values[0].indices.map { i in values.map { $0[i] }.max()! }
    #expect(try run(.pointwise(spec), inputs).values == expected)
  }

  @Test func conditionsOfAJoin() throws {
    let h = Extent.symbol(.height), w = Extent.symbol(.width)
    let halves = try h.floorDivided(by: 2).times(2)
    let join = binary(.add(x, .input(1))).family
    let inferred = try join.infer([.map(8, h, w), .map(8, halves, w)])
    #expect(inferred.type == .map(8, h, w))
    #expect(inferred.conditions.count == 1)
    #expect(inferred.conditions[0].reason == .equal(h, halves))
    #expect(inferred.conditions[0].set.text("H") == "H mod 2 = 0")
    let one = Extent.constant(1)
    #expect(
      try join.infer([.map(8, one, one), .map(8, h, w)]) == Inferred(.map(8, h, w)))
    #expect(throws: SpecError.sizesDiffer(.width, 3, 4)) {
      try join.infer([.map(8, h, .constant(3)), .map(8, h, .constant(4))])
    }
    #expect(throws: SpecError.extent(.mixedAxes)) {
      try join.infer([.map(8, h, w), .map(8, w, h)])
    }
    let vector = TensorType(channels: 8, kind: .vector)
    #expect(throws: SpecError.self) { try join.infer([.map(8, h, w), vector]) }
    #expect(throws: SpecError.self) { try join.infer([vector, .map(8, h, w)]) }
  }
}
