import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Resizing of blocked maps against the naive reference.
struct ResizeConformanceTests {
  /// Nearest cells, and factors whose weights are halves, quarters and so on.
  @Test(arguments: MapConformance.forms)
  func exactFactorsAreExact(isa: VectorISA, layout: Layout) throws {
    var trials = MapConformance(BlockedResize(isa), layout, seed: 21)
    for index in 0..<MapConformance.count {
      let shape = try trials.shape()
      let isNearest = trials.random.below(3) == 0
      var target: ResizeSpec.Target
      if isNearest {
        target = .fixed(Self.size(&trials.random))
      } else {
        let factors = try [Rational(2), Rational(4), Rational(8), Rational(1, over: 2)]
        target = .factor(
          height: factors[trials.random.below(4)], width: factors[trials.random.below(4)])
      }
      let spec = ResizeSpec(target: target, mode: isNearest ? .nearest : .bilinear)
      guard let call = try? Call.make(.resize(spec), [shape]) else { continue }
      let output = [layout, .planar, layout.wide][index % 3]
      try trials.requireEqual(call, output: output, MapConformance.smallInteger)
    }
    #expect(trials.accepted > MapConformance.count / 2)
  }

  /// What is made of scores while they pass by is what is made of scores that were stored.
  @Test(arguments: MapConformance.isas, [ReductionSpec.argmax, .softmax])
  func reductionsAreThoseOfStoredScores(isa: VectorISA, spec: ReductionSpec) throws {
    var random = RandomNumbers(seed: 23)
    for index in 0..<MapConformance.count {
      let sides = [300, 30, 30, 30].map { random.integer(in: 1...$0) }
      let shape = try #require(
        Shape(1 + index % 2, random.integer(in: 1...40), sides[1], sides[2]))
      let resize = ResizeSpec(
        target: .fixed(Size2(sides[3], sides[0])), mode: index % 3 == 0 ? .nearest : .bilinear,
        alignCorners: index % 4 == 0)
      let call = try Call.make(.resize(resize), [shape])
      let choice = try Call.make(.reduction(spec), [call.output])
      let input = try Tensor(
        shape,
        (0..<shape.count).map { _ in
          random.integer(in: 0...60) == 0 ? .nan : random.float(in: -1...1)
        })
      var trial = KernelTrial(call: call, reduction: choice, gap: index % 3, atEnd: index % 2 == 0)
      let observed = try #require(try trial.run(BlockedResize(isa), [input])).result
      trial.reduction = nil
      let scores = try #require(try trial.run(BlockedResize(isa), [input])).result
      let stored = try Tensor(call.output, scores)
      let expected = try KernelTrial(call: choice).expected([stored]).result
      // Labels are the same; a share errs by the rounding of its exponential, sum and quotient.
      let bound: Float = spec == .argmax ? 0 : 16 * 0x1p-24
      try #require(observed.count == expected.count)
      for (share, exact) in zip(observed, expected) {
        try #require(
          abs(share - exact) <= bound || (share.isNaN && exact.isNaN), "case \(index): \(call)")
      }
    }
  }

  /// Any sizes: two roundings a direction, of weights and of products.
  @Test(arguments: MapConformance.isas)
  func bilinearIsNear(isa: VectorISA) throws {
    var trials = MapConformance(BlockedResize(isa), isa.layout, seed: 22)
    for index in 0..<MapConformance.count {
      var shape = try trials.shape()
      if index % 5 == 0 { shape = try #require(Shape(shape.n, shape.c, 1, 1)) }
      let spec = ResizeSpec(
        target: .fixed(Self.size(&trials.random)), alignCorners: index % 4 < 2)
      let call = try Call.make(.resize(spec), [shape])
      let output = index % 2 == 0 ? isa.layout : .planar
      // Numbers of at most 1 mixed with weights that add up to 1.
      try trials.requireNear(call, output: output, MapConformance.float) { _, _ in
        8 * 0x1p-24
      }
    }
    #expect(trials.accepted == MapConformance.count)
  }

  /// The second input gives the size alone.
  @Test(arguments: MapConformance.isas)
  func sizesOfAnotherMap(isa: VectorISA) throws {
    var trials = MapConformance(BlockedResize(isa), isa.layout, seed: 23)
    let spec = ResizeSpec(target: .like, alignCorners: true)
    let shapes = try [#require(Shape(2, 3, 5, 5)), #require(Shape(2, 1, 9, 17))]
    let call = try Call.make(.resize(spec), shapes)
    try trials.requireEqual(call, MapConformance.smallInteger)
    #expect(trials.accepted == 1)
  }

  private static func size(_ random: inout RandomNumbers) -> Size2 {
    Size2(random.integer(in: 1...40), random.integer(in: 1...80))
  }
}
