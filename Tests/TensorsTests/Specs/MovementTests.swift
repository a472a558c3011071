import TestSupport
import Testing

import Tensors

@Suite struct MovementTests {
  @Test func concatenation() throws {
    let (a, b) = (try counting(2, 1, 1, 2), try counting(2, 2, 1, 2))
    let result = try run(.movement(.concat), [a, b])
    #expect(result.shape.dimensions == [2, 3, 1, 2])
    #expect(result.values == [1, 2, 1, 2, 3, 4, 3, 4, 5, 6, 7, 8])
    let vector = TensorType(channels: 3, kind: .vector)
    #expect(
      try MovementSpec.concat.infer([vector, vector]).type
        == TensorType(channels: 6, kind: .vector))
    let h = Extent.symbol(.height), w = Extent.symbol(.width)
    let up = try h.ceilDivided(by: 2).times(2)
    let inferred = try MovementSpec.concat.infer([.map(3, up, w), .map(4, h, w)])
    #expect(inferred.type == .map(7, up, w))
    #expect(inferred.conditions.map(\.reason) == [.equal(up, h)])
  }

  @Test func cropAndPad() throws {
    let input = try counting(1, 1, 3, 4)
    let insets = Insets(top: 1, bottom: 0, left: 2, right: 1)
    #expect(try run(.movement(.crop(insets)), [input]).values == [7, 11])
    let padded = try run(.movement(.pad(insets, value: -1)), [try counting(1, 1, 1, 2)])
    #expect(padded.shape.dimensions == [1, 1, 2, 5])
    #expect(padded.values == [-1, -1, -1, -1, -1, -1, -1, 1, 2, -1])
    #expect(throws: SpecError.nonPositive(.width, 0)) {
      try run(.movement(.crop(Insets(top: 0, bottom: 0, left: 4, right: 0))), [input])
    }
    let inferred = try MovementSpec.crop(Insets(5)).infer([symbolicMap])
    #expect(inferred.conditions.map { $0.set.minimum } == [11, 11])
  }

  @Test func cropAndPadLikeAnother() throws {
    let (large, small) = (try counting(1, 1, 4, 5), try counting(1, 1, 2, 2))
    #expect(try run(.movement(.cropLike(.center)), [large, small]).values == [7, 8, 12, 13])
    #expect(
      try run(.movement(.cropLike(.offset(2, 0))), [large, small]).values == [11, 12, 16, 17])
    #expect(throws: SpecError.cropNeverFits(.height, wanted: 5, from: 4)) {
      try run(.movement(.cropLike(.offset(3, 0))), [large, small])
    }
    let padded = try run(.movement(.padLike(.center)), [small, large])
    #expect(
      padded.values == [0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0])
    let h = Extent.symbol(.height), w = Extent.symbol(.width)
    let wanted = TensorType.map(1, try h.plus(3), w)
    let source = TensorType.map(8, try h.floorDivided(by: 2).times(4), w)
    let inferred = try MovementSpec.cropLike(.center).infer([source, wanted])
    #expect(inferred.type == .map(8, try h.plus(3), w))
    #expect(inferred.conditions.count == 1)
    #expect((1...9).filter { inferred.conditions[0].set.contains($0) } == [4, 5, 6, 7, 8, 9])
  }

  @Test func flatten() throws {
    let fixed = TensorType.map(3, .constant(4), .constant(5))
    #expect(
      try MovementSpec.flatten.infer([fixed]).type == TensorType(channels: 60, kind: .vector))
    #expect(
      throws: SpecError.denseOnVaryingMap(height: .symbol(.height), width: .symbol(.width))
    ) {
      try MovementSpec.flatten.infer([symbolicMap])
    }
    #expect(try run(.movement(.flatten), [counting(2, 2, 1, 3)]).shape.dimensions == [2, 6, 1, 1])
  }

  @Test func products() throws {
    let spec = ProductSpec(outputFeatures: 2)
    let input = try counting(2, 1, 2, 2)
    let weight = try Tensor(Shape([2, 4])!, [1, 0, 0, 1, 2, 2, 2, 2])
    let bias = try Tensor(Shape([2])!, [0.5, -1])
    let result = try run(.product(spec), [input], [weight, bias])
    #expect(result.values == [5.5, 19, 13.5, 51])
    #expect(result.shape.dimensions == [2, 2, 1, 1])
    #expect(try Call.make(.product(spec), [input.shape]).multiplyAdds == 16)
    var random = RandomNumbers(seed: 41)
    let (x, w) = (try random.tensor(Shape(1, 19, 1, 1)!), try random.tensor(Shape([1, 19])!))
    let sum = zip(x.values, w.values).reduce(0) { $0 + $1.0 * $1.1 }
    let dot = ProductSpec(outputFeatures: 1, hasBias: false)
    #expect(try run(.product(dot), [x], [w]).values == [sum])
  }
}
