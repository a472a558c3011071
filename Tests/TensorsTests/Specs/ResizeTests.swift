import Testing

import Tensors

@Suite struct ResizeTests {
  private func factor(_ a: Int, _ b: Int = 1) throws -> ResizeSpec.Target {
    let factor = try Rational(a, over: b)
    return .factor(height: Rational(1), width: factor)
  }

  private func row(
    _ values: [Float], _ target: ResizeSpec.Target, _ mode: ResizeSpec.Mode = .bilinear,
    alignCorners: Bool = false
  ) throws -> [Float] {
    let spec = ResizeSpec(target: target, mode: mode, alignCorners: alignCorners)
    return try run(.resize(spec), [map(1, 1, values.count, values)]).values
  }

  @Test func twice() throws {
    #expect(try row([0, 4], factor(2)) == [0, 1, 3, 4])
    #expect(try row([0, 3, 6], factor(2), alignCorners: true) == [0, 1.2, 2.4, 3.6, 4.8, 6])
    #expect(try row([0, 4], factor(2), .nearest) == [0, 0, 4, 4])
  }

  /// Two cells by 1.5 are three; the grid of the factor and the grid of the sizes agree only
  /// where the product is whole.
  @Test func oneAndAHalf() throws {
    #expect(try row([0, 6], factor(3, 2)) == [0, 3, 6])
    #expect(try row([0, 6], .fixed(Size2(1, 3))) == [0, 3, 6])
    // 3 cells by 1.5: floor(4.5) = 4, at (o + ½)/1.5 − ½ against (o + ½)·3/4 − ½
    let byFactor = try row([0, 6, 12], factor(3, 2))
    #expect(distance(byFactor, [0, 3, 7, 11]) < 1e-6)
    #expect(try row([0, 6, 12], .fixed(Size2(1, 4))) == [0, 3.75, 8.25, 12])
    #expect(try row([0, 6, 12], factor(3, 2), .nearest) == [0, 0, 6, 12])
    #expect(try row([0, 6, 12], .fixed(Size2(1, 4)), .nearest) == [0, 0, 6, 12])
  }

  /// Where the factor changes no size it moves nothing, as in PyTorch.
  @Test func factorsThatChangeNothing() throws {
    #expect(try row([0, 4, 9], factor(5, 4)) == [0, 4, 9])
    #expect(try row([0, 4], factor(7, 5), .nearest) == [0, 4])
    #expect(try row([0, 4], factor(7, 3), .nearest) == [0, 0, 4, 4])
  }

  @Test func alignedCorners() throws {
    #expect(
      try row([0, 6, 12], .fixed(Size2(1, 5)), alignCorners: true) == [0, 3, 6, 9, 12])
    #expect(try row([5, 9], .fixed(Size2(1, 1)), alignCorners: true) == [5])
    #expect(try row([5], .fixed(Size2(1, 4)), alignCorners: true) == [5, 5, 5, 5])
  }

  @Test func smaller() throws {
    #expect(try row([0, 1, 2, 3], .fixed(Size2(1, 2))) == [0.5, 2.5])
    #expect(try row([0, 1, 2, 3], factor(1, 2), .nearest) == [0, 2])
  }

  @Test func fromOneCellIsConstant() throws {
    let input = try map(2, 1, 1, [0.1, -7.3])
    for alignCorners in [false, true] {
      let spec = ResizeSpec(target: .fixed(Size2(33, 17)), alignCorners: alignCorners)
      let result = try run(.resize(spec), [input])
      #expect(result.values == (0..<2 * 33 * 17).map { $0 < 33 * 17 ? 0.1 : -7.3 })
    }
  }

  @Test func likeTakesTheExtentsOfTheOther() throws {
    let small = TensorType.map(21, .constant(1), .constant(1))
    let spec = ResizeSpec(target: .like)
    let inferred = try spec.infer([small, symbolicMap])
    #expect(inferred.type == .map(21, .symbol(.height), .symbol(.width)))
    #expect(inferred.conditions.isEmpty)
    #expect(throws: SpecError.arity(expected: 2, orMore: false, found: 1)) {
      try spec.infer([small])
    }
  }

  @Test func shrinkingNeedsACell() throws {
    let quarter = try Rational(1, over: 4)
    let spec = ResizeSpec(target: .factor(height: quarter, width: Rational(2)))
    let inferred = try spec.infer([symbolicMap])
    #expect(inferred.conditions.map(\.axis) == [.height])
    #expect(inferred.conditions[0].set.minimum == 4)
    #expect(throws: SpecError.factor(.zero)) {
      try ResizeSpec(target: .factor(height: .zero, width: .one)).infer([symbolicMap])
    }
  }

  private func distance(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).map { abs($0 - $1) }.max() ?? 0
  }
}
