import TestSupport
import Testing

import Tensors

/// Random pairs of extents against brute force over at least twice threshold plus period.
@Suite struct ExtentFuzzTests {
  #if DEBUG
    static let (pairs, largePairs, seeds) = (2_000, 2, 1)
  #else
    static let (pairs, largePairs, seeds) = (100_000, 100, 2)
  #endif

  /// What the pairs turned out to be, so that no kind goes untested unseen.
  struct Tally {
    var checked = 0, equal = 0, structural = 0, sameSlope = 0, partial = 0, refused = 0
  }

  @Test(arguments: 0..<seeds)
  func smallPeriods(seed: Int) throws {
    var random = RandomNumbers(seed: UInt64(seed) + 1)
    var tally = Tally()
    while tally.checked < Self.pairs / Self.seeds {
      let divisors = random.below(3) == 0 ? 1...12 : 1...4
      let left = Tree.random(&random, depth: 1 + random.below(6), divisors: divisors)
      let right: Tree
      switch random.below(4) {
      case 0: right = .random(&random, depth: 1 + random.below(6), divisors: divisors)
      case 1: right = left.rewritten(&random).rewritten(&random)
      default: right = left.perturbed(&random, late: random.below(2) == 0 ? 20 : 300)
      }
      try check(left, right, through: 1...(1 << 10), &random, &tally)
    }
    #expect(tally.equal > tally.checked / 20)
    #expect(tally.equal - tally.structural > tally.checked / 50)
    #expect(tally.partial > tally.checked / 5)
    #expect(tally.sameSlope - tally.equal > tally.checked / 5)
  }

  @Test func largePeriods() throws {
    var random = RandomNumbers(seed: 99)
    var tally = Tally()
    while tally.checked < Self.largePairs {
      let left = Tree.random(&random, depth: 2 + random.below(4), divisors: 8...80)
      let right: Tree
      switch random.below(3) {
      case 0: right = .random(&random, depth: 2 + random.below(3), divisors: 8...80)
      case 1: right = left.rewritten(&random).rewritten(&random)
      default: right = left.perturbed(&random, late: 500_000)
      }
      try check(left, right, through: (1 << 12)...Extent.cap, &random, &tally)
    }
    #expect(tally.equal > 0 || Self.largePairs < 10)
    #expect(tally.partial > 0 || Self.largePairs < 10)
  }

  private func check(
    _ left: Tree, _ right: Tree, through range: ClosedRange<Int>, _ random: inout RandomNumbers,
    _ tally: inout Tally
  ) throws {
    let (a, b): (Extent, Extent)
    do throws(ExtentError) {
      (a, b) = (try left.lowered(), try right.lowered())
    } catch {
      tally.refused += 1
      return
    }
    guard let period = try? leastCommonPeriod(a.period, b.period) else { return }
    let threshold = max(a.threshold, b.threshold)
    guard range.contains(threshold + period) else { return }
    let equal: SizeSet
    let atMost: SizeSet
    do throws(ExtentError) {
      equal = try .whereEqual(a, b)
      atMost = try .whereAtMost(a, b)
    } catch {
      // a crossing past the cap is the one reason left
      #expect(a.slope != b.slope, "\(a) with \(b): \(error)")
      tally.refused += 1
      return
    }
    tally.checked += 1
    let last = 2 * max(threshold + period, equal.threshold + equal.period)
    var agreements = 0
    var failure: Int?
    for n in 1...last {
      let (x, y) = (left.value(n), right.value(n))
      if x == y { agreements += 1 }
      let sound = equal.contains(n) == (x == y) && atMost.contains(n) == (x <= y)
      if !sound && failure == nil { failure = n }
    }
    #expect(failure == nil, "\(a) with \(b) from \(left) and \(right)")
    for _ in 0..<4 {
      let n = 1 + random.below(1 << 24)
      let (x, y) = (left.value(n), right.value(n))
      #expect(equal.contains(n) == (x == y) && atMost.contains(n) == (x <= y), "\(a), \(b) at \(n)")
    }
    let isEqual = try a.isEqual(to: b)
    #expect(isEqual == (agreements == last), "\(a) with \(b) from \(left) and \(right)")
    #expect(isEqual == equal.isAll)
    try checkPeriod(a, left)
    try checkPeriod(b, right)
    if isEqual { tally.equal += 1 }
    if a == b { tally.structural += 1 }
    if a.slope == b.slope { tally.sameSlope += 1 }
    if agreements > 0 && agreements < last { tally.partial += 1 }
  }

  /// f(n + P) = f(n) + slope * P for n in T..<T + 2P, and values as the tree's.
  private func checkPeriod(_ extent: Extent, _ tree: Tree) throws {
    let (period, rise) = (extent.period, try extent.increment())
    let block = try extent.values(from: 1, count: extent.threshold + 2 * period)
    var failure: Int?
    for n in 1..<extent.threshold + 2 * period {
      let value = tree.value(n)
      let isPeriodic = n < extent.threshold || tree.value(n + period) == value + rise
      if block[n - 1] != value || !isPeriodic { failure = n }
    }
    #expect(failure == nil, "\(extent) with period \(period) from \(tree)")
    let probe = extent.threshold + 3 * period
    #expect(try extent.value(at: probe) == tree.value(probe))
  }
}
