import TestSupport
import Testing

import Tensors

@Suite struct SpatialPyramidTests {
  private func spp(_ bins: [Int], _ rule: BinRule, _ kind: PoolingSpec.Kind = .max) -> Spec {
    .pooling(PoolingSpec(kind: kind, region: .spp(bins: bins, rule: rule)))
  }

  @Test(arguments: [(13, 13), (10, 10), (1, 1), (1, 64), (3, 7), (224, 180), (5, 4)])
  func oneLengthAtEverySize(height: Int, width: Int) throws {
    let call = try Call.make(spp([4, 2, 1], .adaptive), [Shape(2, 256, height, width)!])
    #expect(call.output.dimensions == [2, 5_376, 1, 1])
  }

  @Test func theTypeIsAVector() throws {
    let inferred = try spp([4, 2, 1], .adaptive).family.infer([symbolicMap])
    #expect(inferred.type == TensorType(channels: 5_376, kind: .vector))
    #expect(inferred.conditions.isEmpty)
  }

  /// architectures.md, section 3: sizes from n to 64 at which the paper's rule errs.
  @Test(arguments: [
    (2, []), (3, [5]), (4, [6, 7, 11]), (6, [8, 9, 10, 11, 15, 16, 17, 22, 23, 29]),
  ])
  func paperRule(bins: Int, wrong: [Int]) throws {
    let counted = (bins...64).filter { BinRule.paper.binCount(bins, size: $0) != bins }
    #expect(counted == wrong)
    let set = try heights(bins, .paper)
    #expect((1...200).filter { !set.contains($0) } == Array(1..<bins) + wrong)
    for size in 1...64 { #expect(allowed(bins, .paper, size) == set.contains(size)) }
  }

  @Test func thePapersOwnNetworks() {
    #expect(BinRule.paper.binCount(6, size: 10) == 9)
    #expect(BinRule.paper.window(bins: 6, size: 10)! == (2, 1, 0))
    let windows = [(6, 3, 2), (4, 4, 3), (3, 5, 4), (2, 7, 6), (1, 13, 13)]
    for (bins, length, stride) in windows {
      #expect(BinRule.paper.window(bins: bins, size: 13)! == (length, stride, 0))
      #expect(BinRule.paper.binCount(bins, size: 13) == bins)
    }
  }

  /// The sizes that PyTorch refuses, n from 2 to 6 (section 3); all of a < n are among them.
  @Test(arguments: [
    (1, []), (2, [1]), (3, [1, 2]), (4, [1, 2, 3, 5, 9]), (5, [1, 2, 3, 4, 6, 7, 11, 12]),
    (6, [1, 2, 3, 4, 5, 7, 8, 9, 13, 14, 15, 19, 25]),
  ])
  func sppnetRule(bins: Int, refused: [Int]) throws {
    let set = try heights(bins, .sppnetPytorch)
    #expect((1...300).filter { !set.contains($0) } == refused)
    for size in 1...64 {
      let count = BinRule.sppnetPytorch.binCount(bins, size: size)
      #expect(count == (refused.contains(size) ? nil : bins))
      #expect(allowed(bins, .sppnetPytorch, size) == set.contains(size))
    }
  }

  @Test func sizesOfThePyramidOfTheClass() throws {
    let inferred = try spp([4, 2, 1], .sppnetPytorch).family.infer([symbolicMap])
    var set = SizeSet.all
    for condition in inferred.conditions where condition.axis == .height {
      set = try set.intersection(condition.set)
    }
    #expect((1...100).filter { !set.contains($0) } == [1, 2, 3, 5, 9])
  }

  /// Every bin of the adaptive rule, averages and maxima, against a loop.
  @Test func adaptiveBinsAgainstALoop() throws {
    var random = RandomNumbers(seed: 4)
    for size in 1...29 {
      for bins in 1...7 {
        let input = try random.tensor(Shape(1, 2, size, 5)!)
        let kinds: [PoolingSpec.Kind] = [.max, .average(countIncludePad: true)]
        for kind in kinds {
          let spec = PoolingSpec(kind: kind, region: .adaptive(Size2(bins, 1)))
          let result = try run(.pooling(spec), [input])
          for c in 0..<2 {
            for bin in 0..<bins {
              let rows = bin * size / bins..<((bin + 1) * size + bins - 1) / bins
              let values = rows.flatMap { y in (0..<5).map { input[0, c, y, $0] } }
              let mean = values.reduce(0, +) / Float(values.count)
              #expect(result[0, c, bin, 0] == (kind == .max ? values.max()! : mean))
            }
          }
        }
      }
    }
  }

  /// Level after level, inside a level channel, row, column.
  @Test func orderOfTheVector() throws {
    let result = try run(spp([2, 1], .adaptive), [counting(2, 2, 2, 2)])
    #expect(
      result.values == [1, 2, 3, 4, 5, 6, 7, 8, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 12, 16])
  }

  /// A level of a rule is a pooling with its window.
  @Test(arguments: [BinRule.paper, .sppnetPytorch])
  func levelsArePoolings(rule: BinRule) throws {
    var random = RandomNumbers(seed: 5)
    let kinds: [PoolingSpec.Kind] = [
      .max, .average(countIncludePad: true), .average(countIncludePad: false), .stochastic,
    ]
    for size in 1...40 {
      for bins in 1...6 where allowed(bins, rule, size) {
        let window = rule.window(bins: bins, size: size)!
        let input = try random.tensor(Shape(1, 2, size, size)!)
        for kind in kinds {
          let pooling = PoolingSpec(
            kind: kind,
            region: .window(
              kernel: Size2(window.length), stride: Size2(window.stride), rate: .one,
              padding: .explicit(Insets(window.padding)), ceilMode: false))
          let expected = try run(.pooling(pooling), [input])
          #expect(try run(spp([bins], rule, kind), [input]).values == expected.values)
        }
      }
    }
  }

  @Test func windowsOfAnImage() throws {
    // 16 pixels a cell; the cells 1...3 lie inside 0 to 64 by 5 to 60
    let input = try counting(1, 1, 6, 6)
    let windows = try Tensor(
      Shape(3, 4, 1, 1)!, [0, 5, 64, 60, 17, 17, 30, 30, -1e30, .nan, .infinity, 1e30])
    let spec = PoolingSpec(
      kind: .max, region: .roi(bins: [2, 1], strideHeight: Rational(16), strideWidth: Rational(16)))
    let result = try run(.pooling(spec), [input, windows])
    #expect(result.shape.dimensions == [3, 5, 1, 1])
    // rows 1...3 and columns 1...3: bins of 2 overlap in the middle
    #expect(Array(result.values[0..<5]) == [15, 16, 21, 22, 22])
    // a window between two cells has the one after it
    #expect(Array(result.values[5..<10]) == [15, 15, 15, 15, 15])
    #expect(result.values[14] == 36)
    // 10/3 pixels a cell: 10 pixels are three cells, and the fourth begins after them
    let third = try Rational(10, over: 3)
    let wide = PoolingSpec(
      kind: .max, region: .roi(bins: [1], strideHeight: third, strideWidth: third))
    let box = try Tensor(Shape(1, 4, 1, 1)!, [10, 10, 10, 10])
    #expect(try run(.pooling(wide), [input, box]).values == [29])
    // the first cell is centred on pixel 20: the cells 1...3 lie inside 20 to 84 by 25 to 80
    let shifted = PoolingSpec(
      kind: .max,
      region: .roi(
        bins: [1], strideHeight: Rational(16), strideWidth: Rational(16), offset: 20))
    let moved = try Tensor(Shape(2, 4, 1, 1)!, [20, 25, 84, 80, 20, 25, 85, 80])
    #expect(try run(.pooling(shifted), [input, moved]).values == [22, 23])
    let map = TensorType.map(256, .symbol(.height), .symbol(.width))
    let boxes = TensorType(leading: .windows, channels: 4, kind: .windows)
    #expect(
      try spec.infer([map, boxes]).type
        == TensorType(leading: .windows, channels: 1_280, kind: .vector))
  }

  private func allowed(_ bins: Int, _ rule: BinRule, _ size: Int) -> Bool {
    (try? Call.make(spp([bins], rule), [Shape(1, 1, size, size)!])) != nil
  }

  private func heights(_ bins: Int, _ rule: BinRule) throws -> SizeSet {
    let inferred = try spp([bins], rule).family.infer([symbolicMap])
    return inferred.conditions.first { $0.axis == .height }?.set ?? .all
  }
}
