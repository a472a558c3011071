import Tensors
import TestSupport
import Testing

@testable import Kernels

/// What moves maps, against the naive reference: the same numbers.
struct MovementConformanceTests {
  @Test(arguments: MapConformance.isas, [false, true])
  func framesAreEqual(isa: VectorISA, isPlanar: Bool) throws {
    var trials = MapConformance(MapFrame(isa), isPlanar ? .planar : isa.layout, seed: 41)
    for _ in 0..<MapConformance.count {
      let shape = try trials.shape()
      func cells() -> Int { trials.random.integer(in: 0...6) }
      let insets = Insets(top: cells(), bottom: cells(), left: cells(), right: cells())
      var (shapes, spec) = ([shape], MovementSpec.identity)
      switch trials.random.below(4) {
      case 0: spec = .crop(insets)
      case 1: spec = .pad(insets, value: Float(cells()))
      case let which:
        let other = try trials.shape()
        shapes.append(try #require(Shape(shape.n, 3, other.h, other.w)))
        let anchor: MovementSpec.Anchor =
          trials.random.below(2) == 0 ? .center : .offset(cells(), cells())
        spec = which == 2 ? .cropLike(anchor) : .padLike(anchor)
      }
      guard let call = try? Call.make(.movement(spec), shapes) else { continue }
      try trials.requireEqual(call, MapConformance.float)
    }
    #expect(trials.accepted > MapConformance.count / 3)
  }

  @Test(arguments: MapConformance.isas, [false, true])
  func joinsAreEqual(isa: VectorISA, isPlanar: Bool) throws {
    var trials = MapConformance(MapJoin(isa), isPlanar ? .planar : isa.layout, seed: 42)
    for index in 0..<MapConformance.count {
      let first = try trials.shape()
      let shapes = try (0..<trials.random.integer(in: 1...4)).map { _ in
        let channels = trials.random.integer(in: 1...40)
        return try #require(
          Shape(first.n, index % 2 == 0 ? (channels + 15) / 16 * 16 : channels, first.h, first.w))
      }
      let call = try Call.make(.movement(.concat), shapes)
      try trials.requireEqual(call, MapConformance.float)
    }
    #expect(trials.accepted == MapConformance.count)
  }

  /// Between all pairs of layouts, with parts of a tile and of a block left over.
  @Test(arguments: MapConformance.isas)
  func reorderedMapsAreEqual(isa: VectorISA) throws {
    let layouts = [Layout.planar, .blocked(8), .blocked(16)]
    var random = RandomNumbers(seed: 43)
    for index in 0..<MapConformance.count {
      let shape = try #require(
        Shape(
          random.integer(in: 1...2), random.integer(in: 1...40), random.integer(in: 1...30),
          random.integer(in: 1...30)))
      let call = try Call.make(.movement(.identity), [shape])
      var trials = MapConformance(
        Reorder(isa), layouts[index % 3], seed: random.next())
      try trials.requireEqual(call, output: layouts[index / 3 % 3], MapConformance.float)
      #expect(trials.accepted == 1)
    }
  }

  /// Between floats and bfloat16 numbers: each is the nearest.
  @Test func reorderedMapsAreRounded() throws {
    let layouts = [Layout.planar, .blocked(16), .blockedBF16(16)]
    var random = RandomNumbers(seed: 44)
    for index in 0..<MapConformance.count {
      let (from, to) = (layouts[index % 3], layouts[index / 3 % 3])
      let shape = try #require(
        Shape(
          random.integer(in: 1...2), random.integer(in: 1...40), random.integer(in: 1...30),
          random.integer(in: 1...30)))
      let trial = KernelTrial(
        call: try Call.make(.movement(.identity), [shape]), layout: from, wanted: to,
        gap: random.below(2) * 5)
      let special: [Float] = [
        .infinity, -.infinity, -0, 1 + 0x1p-8, 1 + 0x3p-8, .greatestFiniteMagnitude,
      ]
      let numbers = (0..<shape.count).map { _ in
        random.below(50) == 0 ? special[random.below(special.count)] : random.float(in: -1...1)
      }
      let observed = try #require(try trial.run(Reorder(.avx512), [Tensor(shape, numbers)]))
      let expected =
        from.isBF16 || to.isBF16 ? numbers.map(\.roundedToBFloat16) : numbers
      #expect(observed.result.map(\.bitPattern) == expected.map(\.bitPattern))
    }
  }

  @Test func bfloat16NumbersAreTheNearest() {
    let ties: [(Float, Float)] = [
      (1 + 0x1p-8, 1), (1 + 0x3p-8, 1 + 0x1p-6), (1 + 0x1.1p-8, 1 + 0x1p-7), (-0.0, -0.0),
      (.greatestFiniteMagnitude, .infinity), (-.infinity, -.infinity), (0x1p-133, 0x1p-133),
    ]
    for (number, nearest) in ties {
      #expect(number.roundedToBFloat16.bitPattern == nearest.bitPattern, "\(number)")
    }
    #expect(Float.nan.roundedToBFloat16.isNaN)
    #expect(Float(bitPattern: 0x7F80_0001).roundedToBFloat16.isNaN)
  }
}
