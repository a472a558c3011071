import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Attention on blocked maps against the naive reference.
struct AttentionConformanceTests {
  /// Small integers over a power of two positions: every sum and quotient is exact.
  @Test(arguments: MapConformance.isas)
  func weightedCountsAreExact(isa: VectorISA) throws {
    var trials = MapConformance(AttentionKernel(isa), isa.layout, seed: 51)
    for index in 0..<MapConformance.count {
      let spec = AttentionSpec(
        scale: 0.5, normalize: index % 2 == 0 ? .count : .reluCount,
        combine: index % 3 == 0 ? .add : .product)
      let size = Size2(1 << trials.random.below(4), 1 << trials.random.below(4))
      let call = try Self.call(&trials, spec, source: size)
      try trials.requireEqual(call) { Float($0.integer(in: -3...3)) }
    }
    #expect(trials.accepted == MapConformance.count)
  }

  /// A score of C products of numbers of at most 1 errs by 8 u C, a weight by twice that.
  @Test(arguments: MapConformance.isas)
  func floatsAreNear(isa: VectorISA) throws {
    var trials = MapConformance(AttentionKernel(isa), isa.layout, seed: 52)
    for index in 0..<MapConformance.count {
      let scale = index % 4 == 0 ? 1 : 0.3
      let spec = AttentionSpec(
        scale: scale, normalize: index % 3 == 0 ? .count : .softmax,
        combine: index % 5 == 0 ? .add : .product)
      let size = Size2(trials.random.integer(in: 1...12), trials.random.integer(in: 1...12))
      let call = try Self.call(&trials, spec, source: size)
      let errors = (16 * Float(call.inputs[0].c) + 32) * 0x1p-24
      try trials.requireNear(call, MapConformance.float) { _, _ in errors }
    }
    #expect(trials.accepted == MapConformance.count)
  }

  /// More chunks of positions than parts.
  @Test(arguments: MapConformance.isas)
  func manyChunks(isa: VectorISA) throws {
    var trials = MapConformance(AttentionKernel(isa), isa.layout, seed: 53)
    let shapes = try [
      #require(Shape(1, 2, 20, 67)), #require(Shape(1, 2, 64, 64)), #require(Shape(1, 3, 64, 64)),
    ]
    let call = try Call.make(.attention(AttentionSpec(normalize: .count)), shapes)
    try trials.requireEqual(call) { Float($0.integer(in: -1...1)) }
    #expect(trials.accepted == 1)
  }

  private static func call(
    _ trials: inout MapConformance, _ spec: AttentionSpec, source: Size2
  ) throws -> Call {
    let n = trials.random.integer(in: 1...2)
    let channels = spec.combine == .add ? 1 : trials.random.integer(in: 1...40)
    let shapes = try [
      #require(
        Shape(n, channels, trials.random.integer(in: 1...9), trials.random.integer(in: 1...9))),
      #require(Shape(n, channels, source.height, source.width)),
      #require(Shape(n, trials.random.integer(in: 1...40), source.height, source.width)),
    ]
    return try Call.make(.attention(spec), shapes)
  }
}
