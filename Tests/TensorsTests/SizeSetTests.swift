import TestSupport
import Testing

import Tensors

private let h = Extent.symbol(.height)

@Suite struct SizeSetTests {
  /// Five halvings and doublings joined with the maps they came from.
  private func uNet(withFullResolution: Bool) throws -> SizeSet {
    var maps = [h]
    for _ in 0..<5 { maps.append(try maps[maps.count - 1].minus(1).floorDivided(by: 2).plus(1)) }
    var sizes = SizeSet.all
    for level in (withFullResolution ? 0 : 1)..<5 {
      let joined = try SizeSet.whereEqual(maps[level + 1].times(2), maps[level])
      sizes = try sizes.intersection(joined)
    }
    return sizes
  }

  @Test func joinsOfUNet() throws {
    let sizes = try uNet(withFullResolution: false)
    #expect(sizes.description == "H mod 32 in {0, 31}")
    #expect(try sizes == SizeSet.residues([0, 31], modulo: 32))
    let full = try uNet(withFullResolution: true)
    #expect(full.text("W") == "W mod 32 = 0")
    #expect(full.isSubset(of: sizes))
    #expect(!sizes.isSubset(of: full))
    #expect(full.smallestMissing(above: 31) == 33)
    #expect(full.smallestMember(from: 33) == 64)
    let join = try SizeSet.whereEqual(h.ceilDivided(by: 32).times(2), h.ceilDivided(by: 16))
    #expect(join.smallestMissing(above: 0) == 1)
    #expect(try join == SizeSet.residues(Array(17...31) + [0], modulo: 32))
  }

  @Test func text() throws {
    #expect(SizeSet.all.text("H") == "all H >= 1")
    #expect(SizeSet.none.text("H") == "no H")
    #expect(try SizeSet.whereAtLeast(h, 13).text("H") == "H >= 13")
    #expect(try SizeSet.whereAtMost(h, .constant(12)).text("H") == "H <= 12")
    #expect(try SizeSet.sizes([3, 9]).text("H") == "H in {3, 9}")
    #expect(try SizeSet.sizes([9]).text("H") == "H = 9")
    let even = try SizeSet.residues([0, 2], modulo: 4)
    #expect(even.text("H") == "H mod 2 = 0")
    #expect(try even.intersection(.whereAtLeast(h, 9)).text("H") == "H mod 2 = 0, H >= 10")
    #expect(try even.union(.sizes([5, 7])).text("H") == "H mod 2 = 0 or H in {5, 7}")
    let holes = try SizeSet.sizes([5, 7]).complement
    #expect(holes.text("H") == "H >= 1 except {5, 7}")
    #expect(
      try even.intersection(SizeSet.sizes([4]).complement).text("H") == "H mod 2 = 0 except {4}")
    #expect(try SizeSet.residues([1], modulo: 3).complement.text("H") == "H mod 3 != 1")
    #expect(
      try SizeSet.residues([1, 2], modulo: 9).complement.text("H") == "H mod 9 not in {1, 2}")
    #expect(try SizeSet.residues(5...9, modulo: 32).text("H") == "H mod 32 in {5..9}")
  }

  @Test func equalSetsAreOneValue() throws {
    let a = try SizeSet.residues([1, 3, 5], modulo: 6)
    #expect(try a == SizeSet.residues([1], modulo: 2))
    #expect(try a == SizeSet.whereEqual(h.floorDivided(by: 2).times(2).plus(1), h))
    #expect(a.hashValue == (try SizeSet.residues([-1], modulo: 2).hashValue))
    #expect(try a.union(a.complement).isAll)
    #expect(try a.intersection(a.complement).isEmpty)
    #expect(a.minimum == 1)
    #expect(SizeSet.none.minimum == nil)
    #expect(SizeSet.all.smallestMissing(above: -5) == nil)
    #expect(a.smallestMissing(above: .max - 1) == nil)
    #expect(a.smallestMissing(above: .max) == nil)
    #expect(a.smallestMember(from: .min) == 1)
  }

  @Test func limitsThrow() throws {
    #expect(throws: ExtentError.divisor) { try SizeSet.residues([0], modulo: 0) }
    #expect(throws: ExtentError.cap(period: 1 << 20)) { try SizeSet.residues([0], modulo: 1 << 20) }
    #expect(throws: ExtentError.cap(period: 1)) { try SizeSet.whereAtLeast(h, 1 << 21) }
    #expect(throws: ExtentError.cap(period: 1)) { try SizeSet.sizes([1 << 40]) }
    #expect(throws: ExtentError.overflow) { try SizeSet.sizes([.max]) }
    #expect(throws: ExtentError.cap(period: 1009 * 1013 * 7)) {
      try SizeSet.residues([1], modulo: 1009 * 7).intersection(.residues([1], modulo: 1013))
    }
    #expect(
      try SizeSet.residues([1], modulo: 2047).isSubset(of: .residues([1], modulo: 1021)) == false)
  }

  /// Random sets against plain arrays of booleans.
  @Test func algebraAgainstArrays() throws {
    var random = RandomNumbers(seed: 7)
    for _ in 0..<2000 {
      let (a, left) = randomSet(&random)
      let (b, right) = randomSet(&random)
      let range = 1...(max(a.threshold, b.threshold, 40) + 2 * a.period * b.period)
      let both = try a.intersection(b)
      let either = try a.union(b)
      var isSubset = true
      var agree = true
      for n in range {
        agree = agree && a.contains(n) == left(n) && b.contains(n) == right(n)
        agree = agree && both.contains(n) == (left(n) && right(n))
        agree = agree && either.contains(n) == (left(n) || right(n))
        agree = agree && a.complement.contains(n) != left(n)
        if left(n) && !right(n) { isSubset = false }
      }
      #expect(agree)
      #expect(a.isSubset(of: b) == isSubset)
      #expect(both.isSubset(of: a) && a.isSubset(of: either))
      #expect(both.minimum == range.first { left($0) && right($0) })
      let above = random.below(40)
      #expect(
        either.smallestMissing(above: above)
          == range.first { $0 > above && !left($0) && !right($0) })
      #expect(try both == a.complement.union(b.complement).complement)
    }
  }

  private func randomSet(_ random: inout RandomNumbers) -> (SizeSet, (Int) -> Bool) {
    let threshold = 1 + random.below(random.below(4) == 0 ? 150 : 6)
    let period = 1 + random.below(random.below(4) == 0 ? 20 : 5)
    let density = 1 + random.below(4)
    let flags = (1..<threshold + period).map { _ in random.below(4) < density }
    var bits = BitArray()
    for flag in flags { bits.append(flag) }
    return (
      SizeSet(bits, threshold: threshold, period: period),
      { n in flags[n < threshold ? n - 1 : threshold - 1 + (n - threshold) % period] }
    )
  }
}
